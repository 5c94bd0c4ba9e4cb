import classes from "./frame.module.css";

/** What everybody must know before believing a result. */
export function Footer() {
  return (
    <footer className={classes.footer}>
      <p>Research and education use only. Not a medical device; a qualified person must review every result.</p>
      <a href="/api/docs">API</a>
    </footer>
  );
}
