"""The web application's back end: settings, case store, jobs and API; serves the built front end."""
