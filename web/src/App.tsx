import { lazy, Suspense } from "react";

import { NoticeBar } from "./archive/NoticeBar";
import { usePageChange } from "./frame/usePageChange";
import { UploadPanel } from "./intake/UploadPanel";
import { usePictureIntake, type Intake } from "./intake/usePictureIntake";
import { MessagePage } from "./pages/MessagePage";
import { PageBoundary } from "./pages/PageBoundary";
import { StartPage } from "./pages/StartPage";
import { useRoute, type Route } from "./routing";
import { useSingleCells } from "./single/useSingleCells";

const CasePage = lazy(() => import("./pages/CasePage"));
const ModelPage = lazy(() => import("./pages/ModelPage"));
const ReviewPage = lazy(() => import("./review/ReviewPage"));
const ReportPage = lazy(() => import("./report/ReportPage"));
const ArchivePage = lazy(() => import("./archive/ArchivePage"));
const SpecimenPage = lazy(() => import("./compare/SpecimenPage"));
const SmearReportPage = lazy(() => import("./report/SmearReportPage"));
const SubjectPage = lazy(() => import("./compare/SubjectPage"));
const AtlasPage = lazy(() => import("./teach/AtlasPage"));
const QuizPage = lazy(() => import("./teach/QuizPage"));
const ReferenceRangesPage = lazy(() => import("./differential/ReferenceRangesPage"));
const AccountPage = lazy(() => import("./accounts/AccountPage"));
const AccountsPage = lazy(() => import("./accounts/AccountsPage"));
const FolderDialog = lazy(() => import("./intake/FolderDialog"));
const ApiPage = lazy(() => import("./pages/ApiPage"));

/** The page that the address asks for, and what there is to say beside it. */
export function App() {
  const route = useRoute();
  usePageChange(route);
  const intake = usePictureIntake();
  return (
    <>
      <Page route={route} intake={intake} />
      <UploadPanel queue={intake.queue} />
      <NoticeBar />
      <Suspense>{intake.offered && <FolderDialog offer={intake.offered} onAccept={intake.accept} />}</Suspense>
    </>
  );
}

function Page({ route, intake }: { route: Route; intake: Intake }) {
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
    case "review":
      return (
        <PageBoundary key={`${route.id} review`}>
          <ReviewPage id={route.id} />
        </PageBoundary>
      );
    case "report":
      return (
        <PageBoundary key={`${route.id} report`}>
          <ReportPage id={route.id} />
        </PageBoundary>
      );
    case "archive":
      return (
        <PageBoundary key="archive">
          <ArchivePage intake={intake} />
        </PageBoundary>
      );
    case "specimen":
      return (
        <PageBoundary key={`${route.key} specimen`}>
          <SpecimenPage specimen={route.key} />
        </PageBoundary>
      );
    case "smearReport":
      return (
        <PageBoundary key={`${route.key} report`}>
          <SmearReportPage specimen={route.key} />
        </PageBoundary>
      );
    case "subject":
      return (
        <PageBoundary key={`${route.key} subject`}>
          <SubjectPage subject={route.key} />
        </PageBoundary>
      );
    case "atlas":
      return (
        <PageBoundary key="atlas">
          <AtlasPage />
        </PageBoundary>
      );
    case "quiz":
      return (
        <PageBoundary key="quiz">
          <QuizPage />
        </PageBoundary>
      );
    case "ranges":
      return (
        <PageBoundary key="ranges">
          <ReferenceRangesPage />
        </PageBoundary>
      );
    case "account":
      return (
        <PageBoundary key="account">
          <AccountPage />
        </PageBoundary>
      );
    case "accounts":
      return (
        <PageBoundary key="accounts">
          <AccountsPage />
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
