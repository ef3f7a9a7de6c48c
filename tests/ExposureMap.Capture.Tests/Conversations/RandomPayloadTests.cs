using ExposureMap.Bench.Recognition;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>What nobody sent is no protocol. A small run of <c>ExposureMap.Bench recognise</c>, which makes ten million payloads.</summary>
public sealed class RandomPayloadTests
{
    private const int Seed = 42, PayloadsPerKind = 50_000;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Find_ConversationsOfRandomPayloads_NamesNone(string kind)
    {
        var conversation = new RandomConversation(Seed);
        var named = new List<string>();
        for (var made = 0; made < PayloadsPerKind;)
        {
            var protocol = conversation.Next(Enum.Parse<PayloadKind>(kind), out var payloads);
            made += payloads;
            if (protocol is not null) named.Add($"{protocol.Name} {conversation.LastCarrier} {Convert.ToHexString(conversation.LastPayload)}");
        }

        Assert.Empty(named);
    }

    public static TheoryData<string> Kinds() => [.. RandomPayload.Kinds.Select(kind => kind.ToString())];
}
