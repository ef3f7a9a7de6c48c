using ExposureMap.SampleMaker.Messages;
using ExposureMap.SampleMaker.Network;
using static ExposureMap.SampleMaker.Sites.Day;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>The substation and the meters on an ordinary day.</summary>
internal sealed class UtilityField(UtilityNetwork site, Mirror mirror, Dialogue dialogue)
{
    private const ushort Modbus = 502, Dnp3 = 20000, Iec104 = 2404, Dlms = 4059, C1222 = 1153;
    private const int Network = 77, HeadEndNumber = 1, Station = 3;
    private const int Relay = 1, EndDevice = 0x20;              // C12.22 node types

    private static readonly DateTimeOffset Opening = At("06:00:00"), Closing = At("13:10:00");

    public static byte[] HeadEndTitle { get; } = DlmsMessages.Title("LGZ", 1);

    public static byte[] HeadEndNode { get; } = C1222Messages.Title(Network, HeadEndNumber);

    public static byte[] TitleOf(Host meter) => DlmsMessages.Title("LGZ", 67_000_000 + Number(meter));

    public static byte[] NodeOf(Host meter) => C1222Messages.Title(Network, Number(meter));

    public void Work()
    {
        foreach (var (plc, index) in site.Plcs.Select((plc, index) => (plc, index))) PollController(plc, index);
        foreach (var (rtu, index) in site.Rtus.Select((rtu, index) => (rtu, index))) PollOutstation(rtu, 10 + index);
        ListenToBay();
        StationHousekeeping();
        ReadDlmsMeters();
        CollectC1222();
    }

    /// <summary>Registers every minute; the first two sessions were open before anybody watched.</summary>
    private void PollController(Host plc, int index)
    {
        var at = Opening.AddSeconds(7 + (index * 11));
        var session = index < 2 ? TcpSession.Resume(mirror, site.Hmi, plc, Modbus, at) : TcpSession.Open(mirror, site.Hmi, plc, Modbus, at);
        for (var transaction = 100; session.Now < Closing; transaction++)
        {
            int[] values = [1200 + dialogue.Chance.Below(9), 1190 + dialogue.Chance.Below(9), 850, 1];
            session.Ask(ModbusMessages.Read(transaction, 1, 3, 100, 4), ModbusMessages.Registers(transaction, 1, 3, values))
                .Wait(TimeSpan.FromSeconds(60));
        }
    }

    private void PollOutstation(Host rtu, int address)
    {
        const int master = 1;
        var session = TcpSession.Open(mirror, site.Scada, rtu, Dnp3, Opening.AddSeconds(40 + address));
        for (var sequence = 0; session.Now < Closing; sequence++)
        {
            var integrity = sequence % 20 == 0;
            session.Ask(Dnp3Messages.ClassPoll(address, master, sequence, integrity),
                    integrity || sequence % 3 == 0
                        ? Dnp3Messages.Measurements(master, address, sequence, 0b0110_0101, 1104, 317 + dialogue.Chance.Below(6), 4998)
                        : Dnp3Messages.NothingNew(master, address, sequence))
                .Wait(TimeSpan.FromMinutes(3));
        }
    }

    /// <summary>IEC 104: one interrogation an hour, else the station speaks when something changes.</summary>
    private void ListenToBay()
    {
        var (sent, received) = (0, 0);
        var session = TcpSession.Open(mirror, site.Scada, site.Bay, Iec104, Opening.AddSeconds(25))
            .Ask(Iec104Messages.StartTransfer, Iec104Messages.StartConfirmed);
        for (var round = 0; session.Now < Closing; round++)
        {
            if (round % 20 == 0)
            {
                session.Say(Iec104Messages.Interrogation(sent++, received, Iec104Messages.Activation, Station))
                    .Answer([
                        .. Iec104Messages.Interrogation(received++, sent, Iec104Messages.Confirmation, Station),
                        .. Iec104Messages.Values(received++, sent, Iec104Messages.Interrogated, Station, (700, 110.2f), (701, 31.6f), (702, 49.99f)),
                        .. Iec104Messages.Point(received++, sent, Iec104Messages.Interrogated, Station, 100, on: true),
                        .. Iec104Messages.Interrogation(received++, sent, Iec104Messages.Termination, Station),
                    ]).Say(Iec104Messages.Received(received));
            }

            session.Wait(TimeSpan.FromSeconds(150) + dialogue.Chance.Seconds(0, 60))
                .Answer(Iec104Messages.Values(received++, sent, Iec104Messages.Spontaneous, Station,
                    (701, 31.6f + (dialogue.Chance.Below(40) / 10f))))
                .Say(Iec104Messages.Received(received));
        }
    }

    private void StationHousekeeping()
    {
        var clock = site.Firewall[site.Station];
        foreach (var host in (Host[])[site.Scada, site.Hmi, site.Engineering])
        {
            dialogue.Announce(Opening.AddSeconds(50 + host.Address.GetAddressBytes()[3]), host, "10.70.1.255");
            for (var at = Opening + dialogue.Chance.Seconds(100, 900); at < Closing; at += TimeSpan.FromMinutes(30))
                dialogue.SetClock(at, host, clock);
        }

        foreach (var (asker, owner) in ((Host, Host)[])
            [(site.Hmi, site.Plcs[0]), (site.Hmi, site.Plcs[1]), (site.Hmi, site.Plcs[2]),
                (site.Scada, site.StationRouter), (site.Scada, clock), (site.Engineering, clock), (site.Firewall[site.Station], site.Plcs[0])])
        {
            for (var at = Opening + dialogue.Chance.Seconds(1, 700); at < Closing; at += TimeSpan.FromMinutes(65))
                Datagram.Resolve(mirror, at, asker, owner);
        }

        foreach (var collector in site.MeshCollectors)
            Datagram.Resolve(mirror, Opening + dialogue.Chance.Seconds(1, 60), site.HeadEndServer, collector);
        Datagram.Resolve(mirror, Opening.AddSeconds(70), site.HeadEndServer, site.Firewall[site.HeadEnd]);
        for (var at = Opening.AddSeconds(90); at < Closing; at += TimeSpan.FromMinutes(30))
            dialogue.SetClock(at, site.HeadEndServer, site.Firewall[site.HeadEnd]);
    }

    /// <summary>Once in the morning, one meter after the other: the pause between two keeps a mesh from choking.</summary>
    private void ReadDlmsMeters()
    {
        var at = Opening.AddMinutes(10);
        foreach (var meter in site.DlmsMeters)
        {
            TcpSession.Open(mirror, site.HeadEndServer, meter, Dlms, at)
                .Ask(DlmsMessages.Associate(HeadEndTitle, "00000000"), DlmsMessages.Associated(TitleOf(meter)))
                .Ask(DlmsMessages.ReadEnergy(0xC1), DlmsMessages.Energy(0xC1, 4_000_000u + (uint)dialogue.Chance.Below(9_000_000)))
                .Ask(DlmsMessages.Release, DlmsMessages.Released).Close();
            at += TimeSpan.FromSeconds(38) + dialogue.Chance.Seconds(0, 20);
        }
    }

    /// <summary>Collectors register themselves and their meters with the head-end; the head-end reads table 23 of each meter.</summary>
    private void CollectC1222()
    {
        var invocation = 100;
        foreach (var collector in site.MeshCollectors.Skip(4))
        {
            Register(Opening.AddMinutes(3), collector, C1222Messages.Title(Network, 50 + collector.Address.GetAddressBytes()[3]), Relay,
                collector, invocation++);
            foreach (var meter in site.C1222Meters.Where(meter => meter.Lan == Router.Behind(collector)))
                Register(Opening.AddMinutes(4) + dialogue.Chance.Seconds(1, 900), collector, NodeOf(meter), EndDevice, meter, invocation++);
        }

        var at = Opening.AddMinutes(35);
        foreach (var meter in site.C1222Meters)
        {
            Datagram.Ask(mirror, at, site.HeadEndServer, meter, C1222,
                C1222Messages.ReadTable(NodeOf(meter), HeadEndNode, invocation, 23),
                C1222Messages.Table(HeadEndNode, NodeOf(meter), invocation++,
                    new Octets().L32(3_000_000 + dialogue.Chance.Below(5_000_000)).L32(0).ToArray()));
            at += dialogue.Chance.Seconds(40, 80);
        }
    }

    private void Register(DateTimeOffset at, Host collector, byte[] node, int type, Host of, int invocation) =>
        Datagram.Ask(mirror, at, collector, site.HeadEndServer, C1222,
            C1222Messages.Register(HeadEndNode, node, invocation, type, C1222Messages.Title(Network + 1, Number(of)), of.Address.ToString()),
            C1222Messages.Registered(node, HeadEndNode, invocation));

    private static int Number(Host meter)
    {
        var octets = meter.Address.GetAddressBytes();
        return (octets[1] << 16) | (octets[2] << 8) | octets[3];
    }
}
