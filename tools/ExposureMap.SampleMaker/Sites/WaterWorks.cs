using ExposureMap.SampleMaker.Messages;
using ExposureMap.SampleMaker.Network;
using static ExposureMap.SampleMaker.Sites.Day;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>A small water works: office, HMI and pumps on one switch, and nobody has written down which is which.</summary>
internal sealed class WaterWorks : ISite
{
    private const ushort Modbus = 502, EtherNetIp = 44818;
    private const string Everybody = "192.168.20.255";

    private static readonly DateTimeOffset Opening = At("06:00:00"), Closing = At("08:00:00");
    private static readonly Lan Floor = new("the only LAN", 0, Watched.ByTheMirror, TimeSpan.FromMicroseconds(120));
    private static readonly Lan Outside = new("internet", 0, Watched.ByNobody, TimeSpan.FromMilliseconds(24));

    private readonly Mirror _mirror = new(seed: 7700);
    private readonly Dialogue _dialogue;
    private readonly Host _gateway;
    private readonly Host _hmi = new("HMI-WATER", Floor, "192.168.20.10", "00:14:22:14:00:0A");
    private readonly Host _office = new("OFFICE-PC1", Floor, "192.168.20.101", "3C:D9:2B:14:00:65");
    private readonly Host _frontDesk = new("OFFICE-PC2", Floor, "192.168.20.102", "3C:D9:2B:14:00:66");
    private readonly Host _storage = new("NAS", Floor, "192.168.20.5", "00:14:22:14:00:05", 64);
    private readonly Host _web = new("www.weather.example", Outside, "198.51.100.90", "00:00:0C:9F:F0:02", 64) { Distance = 11 };
    private readonly List<Host> _pumps = [.. Enumerable.Range(21, 3)
        .Select(number => new Host($"PUMP-{number}", Floor, $"192.168.20.{number}", $"00:80:F4:14:00:{number:X2}", 64))];
    private readonly List<Host> _filters = [.. Enumerable.Range(31, 2)
        .Select(number => new Host($"FILTER-{number}", Floor, $"192.168.20.{number}", $"00:1D:9C:14:00:{number:X2}", 64))];

    public WaterWorks()
    {
        _dialogue = new Dialogue(_mirror, "WORKGROUP");
        var modem = new Router("modem");
        _gateway = modem.Attach(Floor, "192.168.20.1", "00:90:E8:14:00:01");
        modem.Attach(Outside, "198.51.100.2", "00:90:E8:14:00:02");
    }

    public string Folder => "water-works";

    public Mirror Tell()
    {
        Neighbours();
        foreach (var pump in _pumps) PollPump(pump);
        foreach (var filter in _filters) PollFilter(filter);
        OfficeWork(_office, At("06:31:00"));
        OfficeWork(_frontDesk, At("06:48:00"));
        SetPointFromTheOffice(At("07:22:40"));
        return _mirror;
    }

    private void Neighbours()
    {
        foreach (var machine in (Host[])[_hmi, _office, _frontDesk])
        {
            _dialogue.Announce(Opening + _dialogue.Chance.Seconds(5, 200), machine, Everybody);
            Datagram.Resolve(_mirror, Opening + _dialogue.Chance.Seconds(5, 200), machine, _gateway);
            Datagram.Resolve(_mirror, Opening + _dialogue.Chance.Seconds(5, 200), machine, _storage);
        }

        foreach (var controller in (Host[])[.. _pumps, .. _filters])
            Datagram.Resolve(_mirror, Opening + _dialogue.Chance.Seconds(1, 3), _hmi, controller);
        _dialogue.SetClock(Opening.AddSeconds(30), _hmi, _gateway);
    }

    /// <summary>Level and speed every 48 seconds; a new speed every 20 minutes.</summary>
    private void PollPump(Host pump)
    {
        var session = TcpSession.Open(_mirror, _hmi, pump, Modbus, Opening.AddSeconds(pump.Address.GetAddressBytes()[3]));
        for (var transaction = 1; session.Now < Closing; transaction++)
        {
            session.Ask(ModbusMessages.Read(transaction, 1, 3, 0, 3), ModbusMessages.Registers(transaction, 1, 3, 412, 1480, 6));
            if (transaction % 25 == 0)
                session.Ask(ModbusMessages.Write(transaction, 1, 40, 1480 + (transaction % 7)), ModbusMessages.Written(transaction, 1, 40, 1));
            session.Wait(TimeSpan.FromSeconds(48));
        }
    }

    private void PollFilter(Host filter)
    {
        var session = TcpSession.Open(_mirror, _hmi, filter, EtherNetIp, Opening.AddSeconds(filter.Address.GetAddressBytes()[3]))
            .Ask(EnipMessages.ListIdentity,
                EnipMessages.Identity(filter.Address, 0x00C0FFEEu + filter.Address.GetAddressBytes()[3], "1769-L33ER/A LOGIX5333ER"))
            .Ask(EnipMessages.Register, EnipMessages.Registered);
        for (var round = 0; session.Now < Closing; round++)
        {
            session.Ask(EnipMessages.ReadTag("Turbidity"), EnipMessages.TagValue(0.31f + (round % 5 / 100f)));
            if (round % 40 == 20) session.Ask(EnipMessages.WriteTag("BackwashSetpoint", 0.5f), EnipMessages.TagWritten);
            session.Wait(TimeSpan.FromSeconds(60));
        }
    }

    private void OfficeWork(Host desk, DateTimeOffset at)
    {
        for (; at < Closing; at += _dialogue.Chance.Seconds(800, 1600))
        {
            var surf = _dialogue.Lookup(at, desk, _gateway, _web.Name, _web);
            _dialogue.Browse(surf.AddMilliseconds(3), desk, _web, _web.Name, 2);
            _dialogue.ReadFile(at.AddMinutes(3), desk, _storage, "office", "public", "rota.xlsx", 1300);
        }
    }

    /// <summary>A spreadsheet with a macro, a helpful colleague, and pump 22 runs faster.</summary>
    private void SetPointFromTheOffice(DateTimeOffset at) =>
        TcpSession.Open(_mirror, _office, _pumps[1], Modbus, at)
            .Ask(ModbusMessages.Read(1, 1, 3, 40, 2), ModbusMessages.Registers(1, 1, 3, 1480, 0)).Wait(TimeSpan.FromSeconds(6))
            .Ask(ModbusMessages.Write(2, 1, 40, 2950), ModbusMessages.Written(2, 1, 40, 1))
            .Ask(ModbusMessages.Coil(3, 1, 4, on: true), ModbusMessages.Coil(3, 1, 4, on: true)).Close();
}
