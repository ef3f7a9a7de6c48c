using ExposureMap.SampleMaker.Messages;
using ExposureMap.SampleMaker.Network;
using static ExposureMap.SampleMaker.Sites.Day;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>A metering vendor that runs head-ends for others: its office is breached, its walls hold, and one door opens from the inside.</summary>
internal sealed class MeterVendor : ISite
{
    private const ushort Dlms = 4059;

    private static readonly DateTimeOffset Opening = At("06:00:00"), Closing = At("10:00:00");
    private static readonly TimeSpan Switched = TimeSpan.FromMicroseconds(120);

    private static readonly Lan Office = new("office", 30, Watched.ByTheMirror, Switched);
    private static readonly Lan Servers = new("servers", 31, Watched.ByTheMirror, Switched);
    private static readonly Lan HeadEnd = new("hosted head-end", 40, Watched.ByTheMirror, Switched);
    private static readonly Lan Customers = new("customers' tunnels", 41, Watched.ByTheMirror, TimeSpan.FromMilliseconds(9));
    private static readonly Lan Outside = new("internet", 0, Watched.ByNobody, TimeSpan.FromMilliseconds(13));

    private readonly Mirror _mirror = new(seed: 4059);
    private readonly Dialogue _dialogue;
    private readonly Dictionary<Lan, Host> _firewall = [];
    private readonly List<Host> _desks = [.. Enumerable.Range(21, 5)
        .Select(number => new Host($"PC-{number}", Office, $"10.30.0.{number}", $"3C:D9:2B:30:00:{number:X2}"))];
    private readonly Host _directory = new("VDC-1", Servers, "10.31.0.10", "00:50:56:31:00:0A");
    private readonly Host _files = new("BUILD-FS", Servers, "10.31.0.20", "00:50:56:31:00:14");
    private readonly Host _headEnd = new("HES-HOSTED", HeadEnd, "10.40.0.10", "00:50:56:40:00:0A");
    private readonly List<Host> _concentrators = [];
    private readonly List<Host> _meters = [];
    private readonly Host _controlServer = new("c2", Outside, "198.51.100.144", "00:00:0C:9F:F0:03", 64) { Distance = 13 };

    public MeterVendor()
    {
        _dialogue = new Dialogue(_mirror, "METERCO");
        var firewall = new Router("fw-hosting");
        foreach (var (lan, address) in ((Lan, string)[])[(Office, "10.30.0.1"), (Servers, "10.31.0.1"), (HeadEnd, "10.40.0.1"),
            (Customers, "10.41.0.1"), (Outside, "198.51.100.3")])
            _firewall[lan] = firewall.Attach(lan, address, $"00:09:0F:00:02:{_firewall.Count + 1:X2}");
        for (var number = 11; number < 14; number++) AddConcentrator(number);
    }

    public string Folder => "meter-vendor";

    public Mirror Tell()
    {
        foreach (var desk in _desks) DeskWork(desk, Opening + _dialogue.Chance.Seconds(300, 4000));
        HousekeepingOfServers();
        ReadMeters(At("06:20:00"));
        ReadMeters(At("08:50:00"));

        Breach(At("07:34:30"));
        _dialogue.RunAsService(At("08:02:10"), _desks[2], _files, "build-svc", "PrintSpoolX");
        WallsHold(At("08:15:00"), _desks[2]);
        WallsHold(At("08:31:00"), _files);
        FirmwareIsFetched(At("09:10:00"));
        return _mirror;
    }

    private void DeskWork(Host desk, DateTimeOffset at)
    {
        _dialogue.Lease(at, desk, _firewall[Office], 24);
        Datagram.Resolve(_mirror, at.AddSeconds(1), desk, _firewall[Office]);
        _dialogue.Announce(at.AddSeconds(2), desk, "10.30.0.255");
        _dialogue.LogOn(at.AddSeconds(4), desk, _directory, desk.Name.ToLowerInvariant());
        for (at += TimeSpan.FromMinutes(4); at < At("07:50:00"); at += _dialogue.Chance.Seconds(2600, 4400))
            _dialogue.ReadFile(at, desk, _files, desk.Name.ToLowerInvariant(), "builds", @"nightly\notes.txt", 900);
    }

    private void HousekeepingOfServers()
    {
        for (var at = Opening.AddSeconds(20); at < Closing; at += TimeSpan.FromMinutes(20))
        {
            _dialogue.SetClock(at, _headEnd, _firewall[HeadEnd]);
            _dialogue.SetClock(at.AddSeconds(5), _files, _directory);
            foreach (var concentrator in _concentrators) _dialogue.SetClock(at.AddSeconds(10), concentrator, _firewall[Customers]);
        }
    }

    private void ReadMeters(DateTimeOffset at)
    {
        foreach (var meter in _meters)
        {
            TcpSession.Open(_mirror, _headEnd, meter, Dlms, at)
                .Ask(DlmsMessages.Associate(DlmsMessages.Title("KAM", 1), "ABCDEFGH"),
                    DlmsMessages.Associated(DlmsMessages.Title("KAM", 31_000_000 + meter.Address.GetAddressBytes()[3])))
                .Ask(DlmsMessages.ReadEnergy(0xC1), DlmsMessages.Energy(0xC1, 1_000_000u + (uint)_dialogue.Chance.Below(800_000)))
                .Ask(DlmsMessages.Release, DlmsMessages.Released).Close();
            at += TimeSpan.FromSeconds(70);
        }
    }

    private void Breach(DateTimeOffset at)
    {
        const string disguise = "static.invoice-portal.example";
        _dialogue.Lookup(at, _desks[2], _directory, disguise, _controlServer);
        for (at += TimeSpan.FromSeconds(1); at < Closing; at += TimeSpan.FromMinutes(14) + _dialogue.Chance.Seconds(0, 60))
            _dialogue.Browse(at, _desks[2], _controlServer, disguise, 1);
    }

    /// <summary>Refused aloud at the head-end, in its name at the concentrators, in silence at the meters.</summary>
    private void WallsHold(DateTimeOffset at, Host intruder)
    {
        foreach (var port in (ushort[])[22, 443, 445, 3389, Dlms]) Probe.Prohibited(_mirror, intruder, _headEnd, port, at = at.AddSeconds(1));
        foreach (var concentrator in _concentrators) Probe.Reset(_mirror, intruder, concentrator, Dlms, at = at.AddSeconds(2));
        foreach (var meter in _meters.Take(6)) Probe.Dropped(_mirror, intruder, meter, Dlms, at = at.AddSeconds(4));
    }

    /// <summary>The exposure that no wall stops: a concentrator asks the breached server for its next firmware.</summary>
    private void FirmwareIsFetched(DateTimeOffset at) =>
        _dialogue.Fetch(at, _concentrators[0], _files, "build-fs.meterco.example", "/firmware/dc-4.7.2.bin", "dc-updater/2.3",
            _dialogue.Chance.Octets(12_000));

    private void AddConcentrator(int number)
    {
        var mesh = new Lan($"power line {number}", 0, Watched.ByNobody, TimeSpan.FromMilliseconds(160));
        var router = new Router($"DC-{number}");
        _concentrators.Add(router.Attach(Customers, $"10.41.0.{number}", $"00:13:EA:41:00:{number:X2}"));
        router.Attach(mesh, $"10.42.{number}.1", $"00:13:EA:42:{number:X2}:01");
        for (var meter = 10; meter < 15; meter++)
            _meters.Add(new Host($"meter {number}-{meter}", mesh, $"10.42.{number}.{meter}", $"00:13:EA:42:{number:X2}:{meter:X2}", 64));
    }
}
