import { MessagePage } from "../pages/MessagePage";

export default function ReviewPage({ id }: { id: string }) {
  return <MessagePage title="ReviewPage">{id}</MessagePage>;
}
