Console.WriteLine("exposuremap");
