// The little of React that this page touches; it stands in for @types/react, and goes when that is installed.
declare module "react" {
  export type ReactNode = unknown;
  export interface ReactElement {
    readonly type: unknown;
  }
  export type FC<Props> = (props: Props) => ReactElement;
  export type ComponentPropsWithoutRef<Component> = Component extends FC<infer Props> ? Props : never;
  export function createElement<Props>(component: FC<Props>, props: Props): ReactElement;
}

declare module "react-dom/client" {
  import type { ReactElement } from "react";
  export function createRoot(container: Element): { render(element: ReactElement): void };
}
