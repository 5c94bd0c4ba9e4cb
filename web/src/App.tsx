import { lazy } from "react";

import { usePictureIntake } from "./intake/usePictureIntake";
import { MessagePage } from "./pages/MessagePage";
import { PageBoundary } from "./pages/PageBoundary";
import { StartPage } from "./pages/StartPage";
import { useRoute } from "./routing";
import { useSingleCells } from "./single/useSingleCells";

const CasePage = lazy(() => import("./pages/CasePage"));
const ModelPage = lazy(() => import("./pages/ModelPage"));
const ApiPage = lazy(() => import("./pages/ApiPage"));

/** Shows the page that the address asks for. */
export function App() {
  const route = useRoute();
  const intake = usePictureIntake();
  const single = useSingleCells();
  switch (route.page) {
    case "start":
      return <StartPage purpose={route.purpose} intake={intake} single={single} />;
    case "case":
      return (
        <PageBoundary key={route.id}>
          <CasePage id={route.id} cellId={route.cellId} intake={intake} />
        </PageBoundary>
      );
    case "model":
      return (
        <PageBoundary key={`${route.id} in 3D`}>
          <ModelPage id={route.id} cellId={route.cellId} />
        </PageBoundary>
      );
    case "api":
      return (
        <PageBoundary key="api">
          <ApiPage />
        </PageBoundary>
      );
    case "unknown":
      return <MessagePage title="Nothing is here">This address does not exist in Cytovox.</MessagePage>;
  }
}
