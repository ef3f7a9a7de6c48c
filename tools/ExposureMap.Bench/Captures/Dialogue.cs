using System.Collections.Immutable;
using ExposureMap.SampleMaker.Messages;
using ExposureMap.SampleMaker.Network;

namespace ExposureMap.Bench.Captures;

/// <summary>Who says one segment of a dialogue, and what.</summary>
internal readonly record struct Segment(bool FromClient, byte[] Payload);

/// <summary>What one protocol's conversations say: an opening, then the same exchange over and over.</summary>
/// <param name="Weight">Of all conversations, in per cent.</param>
internal sealed record Dialogue(ushort Port, bool IsStream, int Weight, ImmutableArray<Segment> Opening, ImmutableArray<Segment> Exchange)
{
    /// <summary>Industrial traffic of a utility with its offices; messages longer than a segment are cut as TCP does.</summary>
    public static ImmutableArray<Dialogue> Mix(int longestSegment)
    {
        var chance = new Chance(1);
        var title = DlmsMessages.Title("EXM", 4711);
        var address = new System.Net.IPAddress([10, 1, 2, 3]);
        var files = new SmbMessages(chance);
        return
        [
            Stream(502, 16, [], [Ask(ModbusMessages.Read(1, 1, 3, 0, 20)), Say(ModbusMessages.Registers(1, 1, 3, new int[20]))]),
            Stream(20000, 8, [], [Ask(Dnp3Messages.ClassPoll(10, 1, 0, integrity: false)), Say(Dnp3Messages.Measurements(1, 10, 0, 16, 1, 2, 3, 4))]),
            Stream(2404, 12,
                [Ask(Iec104Messages.StartTransfer), Say(Iec104Messages.StartConfirmed), Ask(Iec104Messages.Interrogation(0, 0, 6, 1)),
                    Say(Iec104Messages.Interrogation(0, 1, 7, 1))],
                [Say(Iec104Messages.Values(1, 1, 3, 1, (100, 1.5f), (101, 2.5f), (102, 3.5f))), Ask(Iec104Messages.Received(2))]),
            Stream(4059, 14, [Ask(DlmsMessages.Associate(title, "secret")), Say(DlmsMessages.Associated(title))],
                [Ask(DlmsMessages.ReadEnergy(1)), Say(DlmsMessages.Energy(1, 123456))]),
            Stream(102, 8, [Ask(S7.Connect), Say(S7.Connected), Ask(S7.Setup), Say(S7.SetUp)], [Ask(S7.Read), Say(S7.Data)]),
            Stream(443, 12,
                [Ask(TlsMessages.ClientHello(chance, "portal.example")), Say(TlsMessages.ServerHello(chance)), Ask(TlsMessages.Finished(chance))],
                [Ask(TlsMessages.Data(chance, 90)), Say(TlsMessages.Data(chance, longestSegment - 5))]),
            Stream(80, 8, [],
                [Ask(HttpMessages.Request("GET", "plant.example", "/values", "probe/1.0")),
                    Say(HttpMessages.Ok("nginx", "text/plain", new byte[longestSegment - 100]))]),
            Stream(445, 6, [Ask(files.Negotiate()), Say(files.Negotiated())],
                [Ask(files.Read(100)), Say(files.Data(new byte[longestSegment > 1000 ? 2 * longestSegment : 60]))]),
            Stream(4840, 2, [Ask(OpcUaMessages.Hello("opc.tcp://plant:4840")), Say(OpcUaMessages.Acknowledge)],
                [Ask(OpcUaMessages.Read(1, 1, 2)), Say(OpcUaMessages.Values(1, 1f, 2f))]),
            Datagrams(53, 8, Ask(NameMessages.Question(7, "meter.example")), Say(NameMessages.Answer(7, "meter.example", address))),
            Datagrams(123, 3, Ask(HouseholdMessages.NtpRequest(CaptureSample.Begin)), Say(HouseholdMessages.NtpReply(CaptureSample.Begin))),
            Datagrams(161, 3, Ask(HouseholdMessages.SnmpGet(5)), Say(HouseholdMessages.SnmpName(5, "switch-7"))),
        ];

        Dialogue Stream(ushort port, int weight, Segment[] opening, Segment[] exchange) =>
            new(port, true, weight, [.. opening.SelectMany(Cut)], [.. exchange.SelectMany(Cut)]);
        Dialogue Datagrams(ushort port, int weight, params Segment[] exchange) => new(port, false, weight, [], [.. exchange]);
        IEnumerable<Segment> Cut(Segment whole) => whole.Payload.Chunk(longestSegment).Select(part => whole with { Payload = part });
    }

    private static Segment Ask(byte[] payload) => new(true, payload);

    private static Segment Say(byte[] payload) => new(false, payload);

    /// <summary>ISO 8073 connection, then S7 job and answer (setup communication 0xF0, read variable 0x04).</summary>
    private static class S7
    {
        public static readonly byte[] Connect = Convert.FromHexString("0300001611E00000000100C0010AC1020100C2020102");
        public static readonly byte[] Connected = Convert.FromHexString("0300001611D00001000100C0010AC1020100C2020102");
        public static readonly byte[] Setup = Convert.FromHexString("0300001902F08032010000000000080000F0000001000101E0");
        public static readonly byte[] SetUp = Convert.FromHexString("0300001B02F080320300000000000800000000F0000001000100F0");
        public static readonly byte[] Read = Convert.FromHexString("0300001F02F080320100000500000E00000401120A10020004000184000000");
        public static readonly byte[] Data = Convert.FromHexString("0300001D02F0803203000005000002000800000401FF04002001020304");
    }
}
