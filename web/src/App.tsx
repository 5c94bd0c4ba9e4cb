import { Suspense, lazy } from "react";

import { usePictureIntake } from "./intake/usePictureIntake";
import { MessagePage } from "./pages/MessagePage";
import { StartPage } from "./pages/StartPage";
import { useRoute } from "./routing";

const CasePage = lazy(() => import("./pages/CasePage"));
const ApiPage = lazy(() => import("./pages/ApiPage"));

/** Shows the page that the address asks for. */
export function App() {
  const route = useRoute();
  const intake = usePictureIntake();
  switch (route.page) {
    case "start":
      return <StartPage intake={intake} />;
    case "case":
      return (
        <Suspense fallback={null}>
          <CasePage key={route.id} id={route.id} intake={intake} />
        </Suspense>
      );
    case "api":
      return (
        <Suspense fallback={null}>
          <ApiPage />
        </Suspense>
      );
    case "unknown":
      return <MessagePage title="Nothing is here">This address does not exist in Cytovox.</MessagePage>;
  }
}
