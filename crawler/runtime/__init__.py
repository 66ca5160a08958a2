"""What any long-running program needs: background tasks, the event loop, resource limits."""
