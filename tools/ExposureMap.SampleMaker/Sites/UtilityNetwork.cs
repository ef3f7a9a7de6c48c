using ExposureMap.SampleMaker.Network;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>The utility's machines and wires. One firewall joins its zones; the mirror watches every VLAN of its own, not the radio meshes.</summary>
internal sealed class UtilityNetwork
{
    private const int Collectors = 6, DlmsCollectors = 4, MetersPerMesh = 55;

    private static readonly TimeSpan Switched = TimeSpan.FromMicroseconds(120), Radio = TimeSpan.FromMilliseconds(140),
        Far = TimeSpan.FromMilliseconds(11);

    public UtilityNetwork()
    {
        var firewall = new Router("fw-core-01");
        foreach (var (lan, address) in ((Lan, string)[])
            [(Offices, "10.10.4.1"), (Admins, "10.10.9.1"), (Servers, "10.10.1.1"), (Dmz, "10.20.0.1"), (Station, "10.70.1.1"),
                (HeadEnd, "10.90.0.1"), (Internet, "198.51.100.1")])
        {
            Firewall.Add(lan, firewall.Attach(lan, address, $"00:1B:17:00:01:{Firewall.Count + 1:X2}"));
        }

        var substation = new Router("sub7-rtr");
        StationRouter = substation.Attach(Station, "10.70.1.2", "00:0A:DC:70:01:02");
        substation.Attach(Field, "10.70.2.1", "00:0A:DC:70:02:01");

        Host InServers(string name, int host, byte ttl = 128) => new(name, Servers, $"10.10.1.{host}", $"00:50:56:10:01:{host:X2}", ttl);
        DomainController = InServers("DC-01", 10);
        FileServer = InServers("FS-01", 20);
        Mail = InServers("MAIL-01", 25);
        Siem = InServers("SIEM-01", 30, 64);
        NetworkManagement = InServers("NMS-01", 35, 64);

        foreach (var number in Enumerable.Range(11, 11))
            Workstations.Add(new Host($"WS-{number}", Offices, $"10.10.4.{number}", $"3C:D9:2B:10:04:{number:X2}"));
        Accounting = new Host("WS-31", Offices, "10.10.4.31", "3C:D9:2B:10:04:1F");
        LaptopInOffice = new Host("ENG-LT-04", Offices, "10.10.4.66", "00:14:22:4C:04:66");
        LaptopInStation = new Host("ENG-LT-04", Station, "10.70.1.66", "00:0B:DB:70:01:66");
        AdminStation = new Host("ADM-02", Admins, "10.10.9.12", "3C:D9:2B:10:09:0C");

        Host InDmz(string name, int host) => new(name, Dmz, $"10.20.0.{host}", $"00:50:56:20:00:{host:X2}");
        Historian = InDmz("HIST-01", 20);
        JumpHost = InDmz("JUMP-01", 30);
        PatchServer = InDmz("PATCH-01", 40);

        Scada = new Host("SCADA-01", Station, "10.70.1.10", "00:14:22:70:01:0A");
        Hmi = new Host("HMI-01", Station, "10.70.1.11", "00:14:22:70:01:0B");
        Engineering = new Host("EWS-01", Station, "10.70.1.20", "00:14:22:70:01:14");
        foreach (var number in Enumerable.Range(1, 3))
            Plcs.Add(new Host($"PLC-0{number}", Station, $"10.70.1.{30 + number}", $"00:80:F4:70:01:{30 + number:X2}", 64));
        foreach (var number in Enumerable.Range(1, 2))
            Rtus.Add(new Host($"RTU-0{number}", Field, $"10.70.2.{10 + number}", $"00:30:A7:70:02:{10 + number:X2}", 64));
        Bay = new Host("BAY-RTU-03", Field, "10.70.2.21", "00:0C:02:70:02:15", 64);

        HeadEndServer = new Host("HES-01", HeadEnd, "10.90.0.10", "00:50:56:90:00:0A");
        foreach (var number in Enumerable.Range(1, Collectors)) AddMesh(number);

        Host OnInternet(string name, string address, int distance, byte ttl = 64) =>
            new(name, Internet, address, "00:00:0C:9F:F0:01", ttl) { Distance = distance };
        Vendor = OnInternet("vendor", "203.0.113.20", 9, 128);
        CommandAndControl = OnInternet("c2", "198.51.100.23", 14);
        NewsSite = OnInternet("www.news.example", "198.51.100.40", 8);
        PublicResolver = OnInternet("resolver", "198.51.100.53", 6);
        MailRelay = OnInternet("mx.partner.example", "198.51.100.61", 10);
        UpdateSite = OnInternet("update.hmi-maker.example", "198.51.100.80", 12);
    }

    public Lan Offices { get; } = new("offices", 104, Watched.ByTheMirror, Switched);

    public Lan Admins { get; } = new("admins", 109, Watched.ByTheMirror, Switched);

    public Lan Servers { get; } = new("servers", 101, Watched.ByTheMirror, Switched);

    public Lan Dmz { get; } = new("dmz", 20, Watched.ByTheMirror, Switched);

    public Lan Station { get; } = new("station bus", 701, Watched.ByTheMirror, Switched);

    public Lan Field { get; } = new("field", 702, Watched.ByTheMirror, Switched);

    public Lan HeadEnd { get; } = new("ami head-end", 90, Watched.ByTheMirror, Switched);

    public Lan Internet { get; } = new("internet", 0, Watched.ByNobody, Far);

    public Dictionary<Lan, Host> Firewall { get; } = [];

    public Host StationRouter { get; }

    public Host DomainController { get; }

    public Host FileServer { get; }

    public Host Mail { get; }

    public Host Siem { get; }

    public Host NetworkManagement { get; }

    /// <summary>WS-11 to WS-21 on 10.10.4.11 to .21.</summary>
    public List<Host> Workstations { get; } = [];

    /// <summary>WS-17, where the intruder lands.</summary>
    public Host PatientZero => Workstations[6];

    public Host Accounting { get; }

    public Host LaptopInOffice { get; }

    public Host LaptopInStation { get; }

    public Host AdminStation { get; }

    public Host Historian { get; }

    public Host JumpHost { get; }

    public Host PatchServer { get; }

    public Host Scada { get; }

    public Host Hmi { get; }

    public Host Engineering { get; }

    public List<Host> Plcs { get; } = [];

    public List<Host> Rtus { get; } = [];

    public Host Bay { get; }

    public Host HeadEndServer { get; }

    public List<Host> MeshCollectors { get; } = [];

    public List<Host> DlmsMeters { get; } = [];

    public List<Host> C1222Meters { get; } = [];

    public Host Vendor { get; }

    public Host CommandAndControl { get; }

    public Host NewsSite { get; }

    public Host PublicResolver { get; }

    public Host MailRelay { get; }

    public Host UpdateSite { get; }

    private void AddMesh(int number)
    {
        var mesh = new Lan($"mesh {number}", 0, Watched.ByNobody, Radio);
        var collector = new Router($"COL-0{number}");
        MeshCollectors.Add(collector.Attach(HeadEnd, $"10.90.1.{number}", $"00:07:81:90:01:{number:X2}"));
        collector.Attach(mesh, $"10.91.{number}.1", $"00:07:81:91:{number:X2}:01");
        var meters = number <= DlmsCollectors ? DlmsMeters : C1222Meters;
        for (var meter = 10; meter < 10 + MetersPerMesh; meter++)
            meters.Add(new Host($"meter {number}-{meter}", mesh, $"10.91.{number}.{meter}", $"00:0F:93:91:{number:X2}:{meter:X2}", 64));
    }
}
