using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>
/// Outcome, originator, Zeek's conn_state and history of TCP conversations (contract, "outcome"; Zeek, base/protocols/conn/main.zeek).
/// </summary>
public sealed class HandshakeTests
{
    private const string Read = "0001 0000 0006 05 03 006B 0003", Answer = "0001 0000 0009 05 03 06 022B 0000 0064";
    private const uint AfterRead = 1001 + 12, AfterAnswer = 2001 + 15;

    private static Tap Dialogue() => new Tap().Handshake().C("PA", 1001, 2001, Read).S("PA", 2001, AfterRead, Answer);

    private static (Outcome, DirectionBasis, string, string) Of(Conversation told) => (told.Outcome, told.DirectionBasis, told.State, told.History);

    [Fact]
    public void Process_OpenedUsedAndClosed_IsSf()
    {
        var told = Dialogue().C("FA", AfterRead, AfterAnswer).S("FA", AfterAnswer, AfterRead + 1).C("A", AfterRead + 1, AfterAnswer + 1).EndOne();

        Assert.Equal((Outcome.Established, DirectionBasis.Handshake, "SF", "ShADdFfa".Replace("a", "", StringComparison.Ordinal)), Of(told));
        Assert.Equal((5, 3), ((int)told.OriginatorTraffic.Packets, (int)told.ResponderTraffic.Packets));
        Assert.Equal((12, 15), ((int)told.OriginatorTraffic.PayloadOctets, (int)told.ResponderTraffic.PayloadOctets));
        Assert.Equal(5 * 40 + 12, told.OriginatorTraffic.IpOctets);
        Assert.Equal((Tap.At(0.001), Tap.At(0.002), Tap.At(0.008)), (told.Start, told.Arrival, told.End));
        Assert.Equal(("10.0.0.1:40000", "10.0.0.2:502", "modbus", ServiceBasis.Payload),
            (told.Originator.ToString(), told.Responder.ToString(), told.Service, told.ServiceBasis));
        Assert.Equal(("tap", 1, 8), (told.Evidence.Capture, (int)told.Evidence.FirstFrame, (int)told.Evidence.LastFrame));
    }

    [Fact]
    public void Process_StillOpen_IsS1() => Assert.Equal((Outcome.Established, DirectionBasis.Handshake, "S1", "ShADd"), Of(Dialogue().EndOne()));

    [Fact]
    public void Process_OneSideCloses_IsS2OrS3()
    {
        Assert.Equal("S2", Dialogue().C("FA", AfterRead, AfterAnswer).EndOne().State);
        Assert.Equal("S3", Dialogue().S("FA", AfterAnswer, AfterRead).EndOne().State);
    }

    [Fact]
    public void Process_EstablishedThenReset_IsRstoOrRstr()
    {
        Assert.Equal((Outcome.Established, DirectionBasis.Handshake, "RSTO", "ShADdR"), Of(Dialogue().C("RA", AfterRead, AfterAnswer).EndOne()));
        Assert.Equal("RSTR", Dialogue().S("RA", AfterAnswer, AfterRead).EndOne().State);
    }

    [Fact]
    public void Process_SynWithoutAnswer_IsAttempted() =>
        Assert.Equal((Outcome.Attempted, DirectionBasis.Handshake, "S0", "S"),
            Of(new Tap().C("S", 1000).Wait(1).C("S", 1000).Wait(2).C("S", 1000).EndOne()));

    /// <summary>The target answered, so it was reached; nobody completed the handshake.</summary>
    [Fact]
    public void Process_HalfOpen_IsAttemptedAndHasAnArrival()
    {
        var told = new Tap().C("S", 1000).S("SA", 2000, 1001).EndOne();

        Assert.Equal((Outcome.Attempted, DirectionBasis.Handshake, "S1", "Sh"), Of(told));
        Assert.Equal(Tap.At(0.002), told.Arrival);
    }

    [Fact]
    public void Process_HalfOpenScan_IsAttempted() =>
        Assert.Equal((Outcome.Attempted, "RSTO", "ShR"),
            new Tap().C("S", 1000).S("SA", 2000, 1001).C("R", 1001).EndOne() is var told ? (told.Outcome, told.State, told.History) : default);

    [Fact]
    public void Process_SynThenRst_IsRstos0() => Assert.Equal("RSTOS0", new Tap().C("S", 1000).C("R", 1001).EndOne().State);

    [Fact]
    public void Process_SynThenFin_IsSh() => Assert.Equal("SH", new Tap().C("S", 1000).C("F", 1001).EndOne().State);

    [Fact]
    public void Process_AnswersOnly_AreTheResponders()
    {
        var told = new Tap().S("SA", 2000, 1001).S("FA", 2001, 1001).EndOne();

        Assert.Equal((Outcome.OneWay, DirectionBasis.Handshake, "SHR", "^hf"), Of(told));
        Assert.Equal(("10.0.0.1", 0), (told.Originator.Address.ToString(), (int)told.OriginatorTraffic.Packets));
        Assert.Equal("RSTRH", new Tap().S("SA", 2000, 1001).S("R", 2001).EndOne().State);
    }

    /// <summary>RFC 9293 section 3.5: both sides open, figure 8. Who came first is the originator.</summary>
    [Fact]
    public void Process_SimultaneousOpen_IsEstablishedByWhoCameFirst()
    {
        var told = new Tap().C("S", 1000).S("S", 2000).C("SA", 1000, 2001).S("SA", 2000, 1001).C("PA", 1001, 2001, Read)
            .S("PA", 2001, AfterRead, Answer).EndOne();

        Assert.Equal((Outcome.Established, DirectionBasis.Handshake), (told.Outcome, told.DirectionBasis));
        Assert.Equal("10.0.0.1", told.Originator.Address.ToString());
    }

    [Fact]
    public void Process_ResetByTheTarget_IsRejected() =>
        Assert.Equal((Outcome.Rejected, DirectionBasis.Handshake, "REJ", "Sr"), Of(new Tap().C("S", 1000).S("RA", 0, 1001).EndOne()));

    /// <summary>protocols.md, G1: the target's packets have TTL 64 here; a RST with another one was sent by something in between.</summary>
    [Fact]
    public void Process_ResetByAMiddleBox_IsBlocked()
    {
        var tap = new Tap();
        tap.UdpS("00").UdpC("00").C("S", 1000).S("RA", 0, 1001, timeToLive: 254);

        Assert.Equal(Outcome.Blocked, Assert.Single(tap.End(), told => told.Transport == Transport.Tcp).Outcome);
    }

    [Fact]
    public void Process_ResetByTheKnownTarget_IsRejected()
    {
        var tap = new Tap();
        tap.UdpS("00").UdpC("00").C("S", 1000).S("RA", 0, 1001, timeToLive: 64);

        Assert.Equal(Outcome.Rejected, Assert.Single(tap.End(), told => told.Transport == Transport.Tcp).Outcome);
    }

    [Fact]
    public void Process_PickedUpMidstream_OriginatorIsToldByPayload()
    {
        var told = new Tap().S("PA", 2001, AfterRead, Answer).C("PA", AfterRead, AfterAnswer, Read).EndOne();

        Assert.Equal((Outcome.Midstream, DirectionBasis.Payload, "OTH", "^dD"), Of(told));
        Assert.Equal("10.0.0.1", told.Originator.Address.ToString());
    }

    [Fact]
    public void Process_MidstreamOpaque_OriginatorIsToldByPort() =>
        Assert.Equal(DirectionBasis.Port, new Tap { Server = 502 }.S("PA", 5, 5, "FF").C("PA", 5, 6, "FF").EndOne().DirectionBasis);

    [Fact]
    public void Process_MidstreamBetweenEphemeralPorts_IsByWhoCameFirst() =>
        Assert.Equal((DirectionBasis.FirstSeen, "10.0.0.2"),
            new Tap { Server = 50000 }.S("PA", 5, 5, "FF").C("PA", 5, 6, "FF").EndOne() is var told
                ? (told.DirectionBasis, told.Originator.Address.ToString())
                : default);

    [Fact]
    public void Process_OneDirectionOnly_IsOneWay() =>
        Assert.Equal((Outcome.OneWay, "OTH"),
            new Tap().C("PA", 5, 5, "FF").C("PA", 6, 5, "FF").EndOne() is var told ? (told.Outcome, told.State) : default);

    /// <summary>The same ports again with another initial sequence number, after a close or a reset: another conversation.</summary>
    [Fact]
    public void Process_PortReuse_IsTwoConversations()
    {
        var tap = Dialogue().C("RA", AfterRead, AfterAnswer).Wait(1);
        tap.C("S", 90_000).S("SA", 80_000, 90_001).C("A", 90_001, 80_001);

        Assert.Equal([("RSTO", 0L), ("S1", 1L)], tap.End().Select(told => (told.State, told.Number)));
    }

    [Fact]
    public void Process_SynRepeated_IsOneConversation() =>
        Assert.Equal(4,
            new Tap().C("S", 1000).Wait(1).C("S", 1000).S("SA", 2000, 1001).C("A", 1001, 2001).EndOne() is var told
                ? told.OriginatorTraffic.Packets + told.ResponderTraffic.Packets
                : 0);
}
