using ExposureMap.Capture.Tests.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>What is read of a TCP stream that comes twice, out of order, in pieces, or not at all (RFC 9293 section 3.4).</summary>
public sealed class StreamTests
{
    private static string Read(int transaction) => $"{transaction:X4} 0000 0006 05 03 006B 0003";

    private static string Write(int transaction) => $"{transaction:X4} 0000 0006 05 06 0001 0003";

    private static string Count(Tap tap) => Tap.Functions(Assert.Single(tap.End()));

    /// <summary>The very first message of a stream comes octet by octet, cut where no protocol can tell itself from another.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Process_FirstMessageInSmallPieces_IsRead(int octets)
    {
        var tap = new Tap().Handshake();
        var message = Read(1).Replace(" ", "", StringComparison.Ordinal);
        for (var at = 0; at < message.Length; at += 2 * octets)
            tap.C("PA", (uint)(1001 + at / 2), 2001, message[at..Math.Min(message.Length, at + 2 * octets)]);

        Assert.Equal("modbus.3=1 | ", Count(tap));
    }

    /// <summary>One message that might be telnet, asked about three times while its octets come in, is still but one.</summary>
    [Fact]
    public void Process_WeakHeadInSmallPieces_IsNotASecondMessage()
    {
        var tap = new Tap().Handshake();
        tap.C("PA", 1001, 2001, "FF").C("PA", 1002, 2001, "FB2F").C("PA", 1004, 2001, "45ACFFBD00AB2387D0566B4CF3");

        var conversation = Assert.Single(tap.End());
        Assert.Equal(("modbus", ServiceBasis.Port), (conversation.Service, conversation.ServiceBasis));   // nothing but the port to go by
    }

    [Fact]
    public void Process_Retransmission_IsCountedAsAFrameAndReadOnce()
    {
        var told = new Tap().Handshake().C("PA", 1001, 2001, Read(1)).Wait(1).C("PA", 1001, 2001, Read(1)).EndOne();

        Assert.Equal("modbus.3=1 | ", Tap.Functions(told));
        Assert.Equal((4, 0), ((int)told.OriginatorTraffic.Packets, (int)told.Duplicates));
    }

    /// <summary>The second segment repeats the first message and brings another.</summary>
    [Fact]
    public void Process_RetransmissionWithMore_ReadsOnlyWhatIsNew() =>
        Assert.Equal("modbus.3=1 modbus.6=1 | ",
            Count(new Tap().Handshake().C("PA", 1001, 2001, Read(1)).Wait(1).C("PA", 1001, 2001, Read(1) + Write(2))));

    [Fact]
    public void Process_OutOfOrder_EachIsReadOnce() =>
        Assert.Equal("modbus.3=2 modbus.6=1 | ",
            Count(new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("PA", 1025, 2001, Read(3)).C("PA", 1013, 2001, Write(2))));

    /// <summary>A retransmission that fills a gap and goes on over what came after it.</summary>
    [Fact]
    public void Process_GapFilledBeyondItsEnd_ReadsNothingTwice() =>
        Assert.Equal("modbus.3=3 modbus.6=1 | ",
            Count(new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("PA", 1025, 2001, Read(3)).C("PA", 1037, 2001, Read(4))
                .C("PA", 1013, 2001, Write(2) + Read(3))));

    [Fact]
    public void Process_Gap_IsResynchronised() =>
        Assert.Equal("modbus.3=2 | ", Count(new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("PA", 1401, 2001, Read(3))));

    /// <summary>A message's first half is lost: its second half is not taken for a message.</summary>
    [Fact]
    public void Process_HalfAMessageLost_IsNotRead() =>
        Assert.Equal("modbus.3=2 | ",
            Count(new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("PA", 1019, 2001, "05 06 0001 0003").C("PA", 1025, 2001, Read(3))));

    /// <summary>RFC 9293 section 3.4: sequence numbers wrap at 2^32.</summary>
    [Fact]
    public void Process_SequenceWraps_GoesOn()
    {
        var tap = new Tap().C("S", uint.MaxValue - 14).S("SA", 2000, uint.MaxValue - 13).C("A", uint.MaxValue - 13, 2001);
        tap.C("PA", uint.MaxValue - 13, 2001, Read(1)).C("PA", uint.MaxValue - 1, 2001, Write(2)).C("PA", 10, 2001, Read(3)).S("A", 2001, 22);
        var told = tap.EndOne();

        Assert.Equal(("modbus.3=2 modbus.6=1 | ", 0L), (Tap.Functions(told), told.MissedOctets));
    }

    /// <summary>RFC 9293 section 3.8.4: one octet before the next number, or none.</summary>
    [Theory]
    [InlineData("00")]
    [InlineData("")]
    public void Process_KeepAlive_IsNotRead(string garbage)
    {
        var told = new Tap().Handshake().C("PA", 1001, 2001, Read(1)).Wait(60).C("A", 1012, 2001, garbage).S("A", 2001, 1013).Wait(60)
            .C("PA", 1013, 2001, Write(2)).EndOne();

        Assert.Equal(("modbus.3=1 modbus.6=1 | ", 0L), (Tap.Functions(told), told.MissedOctets));
    }

    [Fact]
    public void Process_AcknowledgedButNeverCaptured_IsMissed() =>
        Assert.Equal(100, new Tap().Handshake().C("PA", 1001, 2001, Read(1)).S("A", 2001, 1113).EndOne().MissedOctets);

    /// <summary>The lost segment is followed by a captured one before the acknowledgment of both.</summary>
    [Fact]
    public void Process_GapThenAcknowledged_IsMissed() =>
        Assert.Equal(100,
            new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("PA", 1113, 2001, Read(2)).S("A", 2001, 1125).S("A", 2001, 1125)
                .EndOne().MissedOctets);

    [Fact]
    public void Process_GapNeverAcknowledged_IsNotTheCapturesLoss() =>
        Assert.Equal(0, new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("PA", 1113, 2001, Read(2)).S("A", 2001, 1013).EndOne().MissedOctets);

    [Fact]
    public void Process_GapFilledBeforeTheAcknowledgment_IsNotMissed() =>
        Assert.Equal(0,
            new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("PA", 1025, 2001, Read(3)).C("PA", 1013, 2001, Write(2)).S("A", 2001, 1037)
                .EndOne().MissedOctets);

    [Fact]
    public void Process_FinIsAcknowledged_NothingIsMissed() =>
        Assert.Equal(0, new Tap().Handshake().C("FA", 1001, 2001).S("FA", 2001, 1002).C("A", 1002, 2002).EndOne().MissedOctets);

    /// <summary>A forged acknowledgment far away says nothing of the capture.</summary>
    [Fact]
    public void Process_AbsurdAcknowledgment_IsNotBelieved() =>
        Assert.Equal(0, new Tap().Handshake().C("PA", 1001, 2001, Read(1)).S("A", 2001, 0x7F00_0000).EndOne().MissedOctets);

    /// <summary>RFC 9293 section 3.5.3: what a RST carries is a text for people.</summary>
    [Fact]
    public void Process_ResetWithPayload_IsNotRead() =>
        Assert.Equal("modbus.3=1 | ", Count(new Tap().Handshake().C("PA", 1001, 2001, Read(1)).C("RA", 1013, 2001, Read(2))));

    /// <summary>RFC 7413: a SYN may bring data, which takes sequence numbers after the SYN's own.</summary>
    [Fact]
    public void Process_DataOnTheSyn_IsReadOnceAndLeavesNoGap()
    {
        var told = new Tap().C("S", 1000, 0, Read(1)).S("SA", 2000, 1013).C("A", 1013, 2001).C("PA", 1013, 2001, Write(2))
            .S("A", 2001, 1025).EndOne();

        Assert.Equal(("modbus.3=1 modbus.6=1 | ", 0L), (Tap.Functions(told), told.MissedOctets));
    }

    public static TheoryData<string, ushort, string, string> Dialogues => new()
    {
        // MODBUS Application Protocol V1.1b3, sections 6.3 and 6.12
        { "modbus", 502, "0001 0000 0006 05 03 006B 0003 0002 0000 000B 05 10 0001 0002 04 000A 0102",
            "0001 0000 0009 05 03 06 022B 0000 0064 0002 0000 0006 05 10 0001 0002" },
        // IEEE 1815-2012, section A.8.1: direct operate of point 3 and its echo
        {
            "dnp3", 20000, Convert.ToHexString(Dnp3Tests.Frame(0xC4, 10, 1, "C1 C1 05 0C01 17 01 03 81 01 64000000 64000000 00")),
            Convert.ToHexString(Dnp3Tests.Frame(0x44, 1, 10, "C1 C1 81 0000 0C01 17 01 03 81 01 64000000 64000000 00"))
        },
    };

    [Theory]
    [MemberData(nameof(Dialogues))]
    public void Process_DialogueSplitAtEveryOctet_CountsTheSame(string protocol, ushort port, string asked, string answered)
    {
        var (question, answer) = (Wire.Hex(asked), Wire.Hex(answered));
        var whole = Split(port, question, answer, question.Length, answer.Length);
        Assert.StartsWith(protocol, whole, StringComparison.Ordinal);
        for (var cut = 1; cut < question.Length; cut++) Assert.Equal((cut, whole), (cut, Split(port, question, answer, cut, answer.Length)));
        for (var cut = 1; cut < answer.Length; cut++) Assert.Equal((cut, whole), (cut, Split(port, question, answer, question.Length, cut)));
        Assert.Equal(whole, Split(port, question, answer, 1, 1, octetByOctet: true));
    }

    private static string Split(ushort port, byte[] question, byte[] answer, int questionCut, int answerCut, bool octetByOctet = false)
    {
        var tap = new Tap { Server = port }.Handshake();
        uint asked = 1001, answered = 2001;
        foreach (var piece in Pieces(question, questionCut, octetByOctet))
        {
            tap.C("PA", asked, answered, Convert.ToHexString(piece));
            asked += (uint)piece.Length;
        }

        foreach (var piece in Pieces(answer, answerCut, octetByOctet))
        {
            tap.S("PA", answered, asked, Convert.ToHexString(piece));
            answered += (uint)piece.Length;
        }

        var told = tap.EndOne();
        return $"{told.Service} {Tap.Functions(told)}";
    }

    private static IEnumerable<byte[]> Pieces(byte[] octets, int cut, bool octetByOctet)
    {
        if (octetByOctet) return octets.Select(octet => new[] { octet });
        return new[] { octets[..cut], octets[cut..] }.Where(piece => piece.Length > 0);
    }
}
