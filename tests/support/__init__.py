"""What the tests share: builders of sites and files, stand-ins, contract suites, victims for kill -9."""
