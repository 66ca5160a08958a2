"""What tests share: invented outlets, servers, clocks, processes. bench imports it too."""
