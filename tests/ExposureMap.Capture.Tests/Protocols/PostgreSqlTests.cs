using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class PostgreSqlTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new PostgreSql();

    /// <summary>"Message Formats": SSLRequest refused, StartupMessage, AuthenticationOk, ParameterStatus, Query.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 5432)
        .Client("00000008 04D2162F").Server("4E")
        .Client("00000013 00030000 75736572 00 6869737400 00")
        .Server("52 00000008 00000000 53 00000018 7365727665725F76657273696F6E 00 31362E32 00")
        .Client("51 00000012 44524F50205441424C4520743B 00");

    [Fact]
    public void Read_Dialogue_TellsVersionAndEffects()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "PostgreSQL 16.2"), notes.Facts);
        Assert.Equal(1, notes.Effects[Effect.Admin]);
    }

    [Fact]
    public void Recognise_MessageOnAnyPort_IsNone() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Exchange.Octets("51 00000006 3B 00"), new(Transport.Tcp, 40000, 40001)));
}
