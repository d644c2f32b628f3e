//! HTTP: health, readiness and metrics today; webmail and console to come.
