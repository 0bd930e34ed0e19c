# Runs until it is stopped.
try { 'on'; Start-Sleep -Seconds 3600 } finally { 'cleanup' }
