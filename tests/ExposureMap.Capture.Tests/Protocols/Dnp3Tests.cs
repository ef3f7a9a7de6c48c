using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class Dnp3Tests : ProtocolContract
{
    private const byte Master = 0xC4, Outstation = 0x44;

    internal override IProtocol Protocol { get; } = new Dnp3();

    /// <summary>
    /// Read of class 0-3, a response; direct operate of point 3 (IEEE 1815-2012, A.8.1), its echo; cold restart; write of the time, refused.
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 20000)
        .Client(Frame(Master, 10, 1, "C0 C0 01 3C02 06 3C03 06 3C04 06 3C01 06")).Server(Frame(Outstation, 1, 10, "C0 C0 81 0000"))
        .Client(Frame(Master, 10, 1, "C1 C1 05 0C01 17 01 03 81 01 64000000 64000000 00"))
        .Server(Frame(Outstation, 1, 10, "C1 C1 81 0000 0C01 17 01 03 81 01 64000000 64000000 00"))
        .Client(Frame(Master, 10, 1, "C2 C2 0D")).Server(Frame(Outstation, 1, 10, "C2 C2 81 0000 3402 07 01 1027"))
        .Client(Frame(Master, 10, 1, "C3 C3 02 3201 07 01 000000000000")).Server(Frame(Outstation, 1, 10, "C3 C3 81 0001"));

    [Fact]
    public void Read_Operations_AreToldWithPointAndAnswer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(
            [
                (Effect.Control, "operates point 3 of dnp3 10: trip"),
                (Effect.Admin, "cold restart (function 13) of dnp3 10"),
                (Effect.Admin, "writes time (g50v1) of dnp3 10"),
            ],
            notes.Operations);
        Assert.Equal([true, true, false], notes.Answers);
        Assert.Equal(1, notes.Functions[".5"]);
        Assert.Equal(4, notes.ResponderFunctions[".129"]);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Device, Value: "dnp3 address 10" });
    }

    [Fact]
    public void Read_RefusedControl_IsAnsweredSo()
    {
        var notes = new Exchange(Transport.Udp, 20000)
            .Client(Frame(Master, 10, 1, "C1 C1 05 0C01 28 0100 0300 41 01 64000000 64000000 00"))
            .Server(Frame(Outstation, 1, 10, "C1 C1 81 0000 0C01 28 0100 0300 41 01 64000000 64000000 04")).Read(Protocol);

        Assert.Equal([(Effect.Control, "operates point 3 of dnp3 10: close")], notes.Operations);
        Assert.Equal([false], notes.Answers);
    }

    [Fact]
    public void Read_SeveralObjects_TellEachPointAndTheGravestEffect()
    {
        const string Close = "41 01 64000000 64000000 00", Trip = "81 01 64000000 64000000 00";
        var notes = new Exchange(Transport.Udp, 20000)
            // an analog output, then two relays
            .Client(Frame(Master, 10, 1, $"C1 C1 05 2902 17 01 07 1000 00 0C01 28 0200 0300 {Close} 0400 {Trip}"))
            .Server(Frame(Outstation, 1, 10, $"C1 C1 81 0000 2902 17 01 07 1000 00 0C01 28 0200 0300 {Close} 0400 81 01 64000000 64000000 04"))
            .Read(Protocol);

        Assert.Equal([(Effect.Control, "sets analog output 7 of dnp3 10; operates point 3: close; operates point 4: trip")], notes.Operations);
        Assert.Equal(1, notes.Effects[Effect.Control]);
        Assert.Equal([false], notes.Answers);                          // the last point said no
    }

    [Fact]
    public void Read_DeadbandBehindIndications_IsTheGraverOne()
    {
        var notes = new Exchange(Transport.Tcp, 20000).Client(Frame(Master, 10, 1, "C1 C1 02 5001 00 07 07 00 2201 00 01 01 0500")).Read(Protocol);

        Assert.Equal([(Effect.Write, "writes indications (g80v1) of dnp3 10; writes deadband (g34v1)")], notes.Operations);
    }

    /// <summary>The direction bit tells the master, whoever opened the connection.</summary>
    [Fact]
    public void Read_OutstationOpensTheConnection_MasterIsStillTheClient()
    {
        var notes = new Exchange(Transport.Tcp, 20000).Client(Frame(Outstation, 1, 10, "C0 F0 82 9000")).Read(Protocol);

        Assert.Equal((true, Party.Server), notes.Parties[0]);
        Assert.Equal(1, notes.Effects[Effect.Report]);
    }

    [Fact]
    public void Read_FurtherSegmentOfAFragment_IsNotAnotherFunction()
    {
        var notes = new Exchange(Transport.Tcp, 20000).Server(
            [.. Frame(Outstation, 1, 10, "40 C0 81 0000"), .. Frame(Outstation, 1, 10, "81 C0 81 0000")]).Read(Protocol);

        Assert.Equal(1, notes.ResponderFunctions[".129"]);
    }

    /// <summary>8.2: a request of 249 octets and more is cut into transport segments, each in a link frame of its own.</summary>
    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Udp)]
    public void Read_ControlInALaterFrame_IsToldWithItsPoint(Transport transport)
    {
        byte[] first = Frame(Master, 10, 1, "40 C1 05 0C01 17 01 03 81 01 64000000 64000000"),
            second = Frame(Master, 10, 1, "81 00 0C01 17 01 04 41 01 64000000 64000000 00");

        var notes = new Exchange(transport, 20000).Client([.. first, .. second, .. Frame(Master, 10, 1, "C2 C2 0D")]).Read(Protocol);

        Assert.Equal(
            [(Effect.Control, "operates point 3 of dnp3 10: trip; operates point 4: close"), (Effect.Admin, "cold restart (function 13) of dnp3 10")],
            notes.Operations);
        Assert.Equal((1, 1), (notes.Functions[".5"], notes.Functions[".13"]));
        Assert.Equal(0, Protocol.Measure(first));                         // waits for the rest
        Assert.Equal(first.Length + second.Length, Protocol.Measure([.. first, .. second]));
    }

    [Fact]
    public void Read_FragmentOverTwoDatagrams_IsReadWhenItIsWhole()
    {
        var notes = new Exchange(Transport.Udp, 20000)
            .Client(Frame(Master, 10, 1, "40 C1 05 0C01 17 01 03 81 01 64000000 64000000")).Client(Frame(Master, 10, 1, "81 00")).Read(Protocol);

        Assert.Equal([(Effect.Control, "operates point 3 of dnp3 10: trip")], notes.Operations);
        Assert.Equal(1, notes.Functions[".5"]);
    }

    /// <summary>8.2.1.3: another station's frame, a gap in the sequence or a new beginning breaks a fragment off.</summary>
    [Theory]
    [InlineData(10, "82 0C01")]
    [InlineData(11, "81 0C01")]
    [InlineData(10, "C1 C1 0D")]
    public void Measure_FragmentThatIsBrokenOff_EndsBeforeWhatFollows(ushort station, string next)
    {
        var first = Frame(Master, 10, 1, "40 C1 05 0C01 17 01 03 81 01 64000000 64000000");

        Assert.Equal(first.Length, Protocol.Measure([.. first, .. Frame(Master, station, 1, next)]));
    }

    [Fact]
    public void Read_DeviceAttributes_TellVendor()
    {
        var notes = new Exchange(Transport.Tcp, 20000).Server(
            Frame(Outstation, 1, 10, "C0 C0 81 0000 00FC 00 00 00 01 04 41636D65 00FA 00 00 00 01 03 525455")).Read(Protocol);

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Vendor, Value: "Acme" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Model, Value: "RTU" });
    }

    [Fact]
    public void Recognise_ResetLinkOnAnyPort_IsCertain()
    {
        Assert.Equal(Exchange.Octets("0564 05 C0 0100 0004 E921"), Frame(0xC0, 1, 1024, ""));
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Exchange.Octets("0564 05 C0 0100 0004 E921"), new(Transport.Tcp, 40000, 40001)));
    }

    [Fact]
    public void Recognise_WrongHeaderCrc_IsSomethingElse() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets("0564 05 C0 0100 0004 E922"), new(Transport.Tcp, 40000, 20000)));

    [Fact]
    public void Measure_FrameWithTwoBlocks_CountsTheirCrcs() =>
        Assert.Equal(10 + 18 + 4, Protocol.Measure(Frame(Master, 10, 1, new string('0', 36))));

    internal static byte[] Frame(byte control, ushort destination, ushort source, string userData)
    {
        var data = Exchange.Octets(userData);
        List<byte> frame = [.. WithCrc(
            [0x05, 0x64, (byte)(5 + data.Length), control, (byte)destination, (byte)(destination >> 8), (byte)source, (byte)(source >> 8)])];
        foreach (var block in data.Chunk(16)) frame.AddRange(WithCrc(block));
        return [.. frame];
    }

    private static byte[] WithCrc(byte[] block)
    {
        var crc = FrameCheck.Dnp(block);
        return [.. block, (byte)crc, (byte)(crc >> 8)];
    }
}
