import { Dialog } from "radix-ui";
import { useRef, type ReactNode } from "react";

export interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly lead: ReactNode;
  readonly children?: ReactNode;
}

/** A dialog with a title and one sentence that says what it is for. */
export function Modal({ open, onClose, title, lead, children }: ModalProps) {
  const before = useRef<HTMLElement | null>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog"
          onOpenAutoFocus={(event) => {
            before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
            // A word that is explained comes before its field: what one came for is the field.
            const field = event.currentTarget instanceof HTMLElement ? event.currentTarget.querySelector<HTMLElement>("input:not([hidden]), select") : null;
            if (field === null) return;
            event.preventDefault();
            field.focus();
          }}
          onCloseAutoFocus={(event) => {
            // There is no trigger of the library's own that it could give the focus back to.
            event.preventDefault();
            before.current?.focus();
          }}
        >
          <Dialog.Title asChild>
            <h2>{title}</h2>
          </Dialog.Title>
          <Dialog.Description asChild>
            <div className="lead">{lead}</div>
          </Dialog.Description>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
