import { MessagePage } from "../pages/MessagePage";

export default function QuizPage() {
  return <MessagePage title="QuizPage">Not there yet.</MessagePage>;
}
