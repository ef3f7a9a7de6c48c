using System.Runtime.InteropServices;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Tests.Store;

/// <summary>Maps to store, and what makes two of them equal: every row, text, service, fact, operation and coverage.</summary>
internal static class Records
{
    /// <summary>So many conversations, each with an address, a name and a written register of its own.</summary>
    public static LiveMap Talk(LiveMap map, int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            var at = new Timestamp(1_767_225_600_000_000_000 + number * 1_000_000L);
            var client = Address.IPv4(0x0A0A0000u + (uint)number);
            var evidence = new Evidence("site.pcap", number * 10 + 1, number * 10 + 5, at, at);
            var effects = default(EffectTally);
            effects[Effect.Write] = 1;
            map.OnConversation(
                new()
                {
                    Number = number,
                    Transport = Transport.Tcp,
                    Originator = new(client, 40000),
                    Responder = new(Address.IPv4(0x0A460005), 502),
                    Service = "modbus",
                    ServiceBasis = ServiceBasis.Payload,
                    Outcome = Outcome.Established,
                    DirectionBasis = DirectionBasis.Handshake,
                    Start = at,
                    Arrival = at,
                    End = at,
                    Effects = effects,
                    Operations = [new(Effect.Write, $"writes {number} to register 1 of unit 5", evidence.FirstFrame, at,
                        number % 3 == 0 ? null : number % 3 == 1)],
                    OriginatorTraffic = new(3, 130, 12),
                    Evidence = evidence,
                },
                null);
            map.OnFact(new(client, FactKind.Name, $"host-{number}", "dns", Certainty.Announced,
                evidence with { LastFrame = evidence.FirstFrame }, number % 2 - 1));
        }

        map.Cover(new("site.pcap", new(first), new(first + count), first + count, 2, 3, count % 2 == 0 ? null : "cut short", "d1"));
        return map;
    }

    public static long Conversations(MapRecord record)
    {
        long sum = 0;
        for (var row = 0; row < record.Conduits.Count; row++) sum += record.Conduits[row].Conversations;
        return sum;
    }

    public static void AssertEqual(MapRecord expected, MapRecord actual)
    {
        AssertRows(expected.Endpoints, actual.Endpoints);
        AssertRows(expected.Conduits, actual.Conduits);
        AssertRows(expected.Effects, actual.Effects);
        Assert.Equal(expected.Contacts.All(), actual.Contacts.All());
        AssertRows(expected.Contacts.Bounds, actual.Contacts.Bounds);
        Assert.Equal(expected.Texts, actual.Texts);
        Assert.Equal(expected.Services, actual.Services);
        Assert.Equal(Lines(expected.Facts), Lines(actual.Facts));
        Assert.Equal(Lines(expected.Operations), Lines(actual.Operations));
        Assert.Equal(expected.Coverage.Values, actual.Coverage.Values);
    }

    private static void AssertRows<T>(Rows<T> expected, Rows<T> actual) where T : unmanaged
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var row = 0; row < expected.Count; row++)
            Assert.True(MemoryMarshal.AsBytes([expected[row]]).SequenceEqual(MemoryMarshal.AsBytes([actual[row]])), $"row {row} of {typeof(T).Name}");
    }

    private static List<string> Lines<TKey, TValue>(IEnumerable<KeyValuePair<TKey, System.Collections.Immutable.ImmutableArray<TValue>>> lists) =>
        [.. lists.Select(one => $"{one.Key}: {string.Join(" | ", one.Value)}").Order(StringComparer.Ordinal)];
}
