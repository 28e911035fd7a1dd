import { useApp } from "../app/appModel.ts";
import { t } from "../language/text.ts";
import { chooseFile } from "./openFile.ts";

/** Of dialogs: closes the one it stands in and asks for a run's file. */
export function OpenFileButton({ close }: { readonly close: () => void }) {
  const app = useApp();
  return (
    <button
      className="btn quiet"
      onClick={() => {
        close();
        chooseFile(app);
      }}
    >
      {t`Open a file`}
    </button>
  );
}
