import { Command, defaultFilter } from "cmdk";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { glyphs, stateClass } from "../selectors/stateWords.ts";
import { useApp, useView } from "./appModel.ts";
import { pageCommands } from "./commands.ts";
import { fit, listedObjects, wordsOf } from "./paletteObjects.ts";
import { t } from "../language/text.ts";

const offered = pageCommands.filter(({ id }) => id !== "palette" && id !== "unselect");

/** Search for an object, or run a command. */
export function Palette() {
  const app = useApp();
  const open = useView((state) => state.paletteOpen);
  const close = () => app.view.setState({ paletteOpen: false });
  const [typed, setTyped] = useState("");
  if (!open && typed !== "") setTyped("");
  const objects = open ? listedObjects(app.cluster.getState().facts.values(), typed) : [];
  // The list sorts what is within a group, but not the groups.
  const best = (lines: readonly string[]) => Math.max(0, ...lines.map((line) => fit(line, typed, defaultFilter(line, typed))));
  const objectsFirst = typed !== "" && best(objects.map(wordsOf)) > best(offered.map(({ label }) => label));
  const deeds = (
    <Command.Group key="do" heading={t`Do`}>
      {offered.map((command) => (
        <Command.Item
          key={command.id}
          value={command.label}
          onSelect={() => {
            close();
            command.run(app);
          }}
        >
          {command.label}
          {command.shortcut !== undefined && <kbd>{command.shortcut}</kbd>}
        </Command.Item>
      ))}
    </Command.Group>
  );
  const things = (
    <Command.Group key="objects" heading={t`Objects`}>
      {objects.map((fact) => (
        <Command.Item
          key={fact.uid}
          value={wordsOf(fact)}
          onSelect={() => {
            close();
            app.view.setState({ selection: { type: "object", uid: fact.uid } });
          }}
        >
          <span className={`state ${stateClass(fact.health)}`} aria-hidden="true">
            {glyphs[fact.health]}
          </span>
          <span className="dim">{fact.ref.gvk.kind}</span>
          <span className="mono">{fact.ref.name}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
  return (
    <Dialog.Root open={open} onOpenChange={(next) => app.view.setState({ paletteOpen: next })}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog palette" aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">{t`Search or run`}</Dialog.Title>
          <Command loop filter={(line, words) => fit(line, words, defaultFilter(line, words))}>
            <Command.Input value={typed} onValueChange={setTyped} maxLength={100} placeholder={t`Search or run`} aria-label={t`Search or run`} />
            <Command.List>
              <Command.Empty>{t`Nothing of that name.`}</Command.Empty>
              {objectsFirst ? [things, deeds] : [deeds, things]}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
