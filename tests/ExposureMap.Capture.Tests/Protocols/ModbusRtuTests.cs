using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class ModbusRtuTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new ModbusRtu();

    /// <summary>MODBUS Application Protocol V1.1b3, 6.3 and 6.6, with the CRC of MODBUS over Serial Line V1.02, 6.2.2 appended.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 4001)
        .Client(Framed("11 03 006B 0003")).Server(Framed("11 03 06 022B 0000 0064"))
        .Client(Framed("11 06 0001 0003")).Server(Framed("11 06 0001 0003"))
        .Client(Framed("11 10 0001 0002 04 000A 0102")).Server(Framed("11 90 02"));

    /// <summary>The CRC of <c>02 07</c> is 1241h, sent low octet first (MODBUS over Serial Line V1.02, 6.2.2).</summary>
    [Fact]
    public void Crc_OfTheStandardsExample_IsTheStandards() => Assert.Equal(0x1241, FrameCheck.Modbus([0x02, 0x07]));

    [Fact]
    public void Read_Writes_AreOperationsOfTheClient()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes 3 to register 1 of unit 17"), (Effect.Write, "writes registers 1-2 of unit 17")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Device, Value: "modbus unit 17" });
    }

    [Fact]
    public void Read_FramesOneAfterAnother_AreToldApartByTheirCrc()
    {
        var notes = new Exchange(Transport.Tcp, 4001).Client([.. Framed("11 03 006B 0003"), .. Framed("12 03 006B 0003")]).Read(Protocol);

        Assert.Equal(2, notes.Functions[".3"]);
    }

    [Fact]
    public void Recognise_WrongCrc_IsSomethingElse()
    {
        var frame = Framed("11 03 006B 0003");
        frame[^1] ^= 1;

        Assert.Equal(Verdict.None, Protocol.Recognise(frame, new(Transport.Tcp, 40000, 4001)));
    }

    private static byte[] Framed(string hex)
    {
        var frame = Exchange.Octets(hex);
        var crc = FrameCheck.Modbus(frame);
        return [.. frame, (byte)crc, (byte)(crc >> 8)];
    }
}
