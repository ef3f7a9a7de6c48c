using ExposureMap.SampleMaker.Sites;

if (args is not [var gallery])
{
    Console.Error.WriteLine("usage: ExposureMap.SampleMaker GRAPHS-DIRECTORY");
    return 2;
}

foreach (var site in (ISite[])[new UtilityUnderAttack(), new WaterWorks(), new MeterVendor()])
{
    var folder = Directory.CreateDirectory(Path.Combine(gallery, site.Folder));
    var path = Path.Combine(folder.FullName, "traffic.pcap");
    using (var file = File.Create(path)) site.Tell().WriteTo(file);
    Console.Error.WriteLine($"{path}: {new FileInfo(path).Length} octets");
}

return 0;
