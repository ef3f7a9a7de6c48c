Console.WriteLine("sample maker");
