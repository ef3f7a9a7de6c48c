using System.Globalization;
using ExposureMap.Capture.Protocols;

namespace ExposureMap.Bench.Recognition;

/// <summary>
/// <c>recognise</c>: how often random payloads are taken for a protocol by what they say. The goal is fewer than one in a million of noise. Payloads
/// that are made to look like messages sometimes are one (a true length before a function code and an address is a Modbus message), so of these a few
/// are let pass.
/// </summary>
internal static class RecogniseBench
{
    private const int Seed = 20260101, ShownOctets = 48;
    private const long DefaultPayloads = 10_000_000, AllowedOfLookalikes = 20;   // in a million

    public static int Run(string[] args)
    {
        var payloads = Option(args, "--payloads", DefaultPayloads);
        var seed = (int)Option(args, "--seed", Seed);
        PayloadKind[] kinds = [.. RandomPayload.Kinds.Where(kind => args.Contains(Word(kind)))];
        if (kinds.Length == 0) kinds = RandomPayload.Kinds;
        var share = payloads / kinds.Length;
        long total = 0, named = 0;
        var passes = true;
        Console.WriteLine("| payloads | made | taken for a protocol | in a million | protocols |");
        Console.WriteLine("| --- | ---: | ---: | ---: | --- |");
        foreach (var kind in kinds)
        {
            var found = Count(kind, share, seed + (int)kind, args.Contains("--show"), out var made);
            var hits = found.Values.Sum();
            (total, named) = (total + made, named + hits);
            passes &= hits * 1_000_000 < made * (kind == PayloadKind.Noise ? 1 : AllowedOfLookalikes);
            Print(Word(kind), made, hits,
                string.Join(' ', found.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}"))));
        }

        Print("all", total, named, "");
        return passes ? 0 : 1;
    }

    private static string Word(PayloadKind kind) => kind.ToString().ToLowerInvariant();

    private static SortedDictionary<string, long> Count(PayloadKind kind, long payloads, int seed, bool shows, out long made)
    {
        var conversation = new RandomConversation(seed);
        var found = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (made = 0; made < payloads;)
        {
            var protocol = conversation.Next(kind, out var used);
            made += used;
            if (protocol is null) continue;
            found[protocol.Name] = found.GetValueOrDefault(protocol.Name) + 1;
            if (shows) Show(protocol, conversation);
        }

        return found;
    }

    private static void Show(IProtocol protocol, RandomConversation conversation)
    {
        var payload = conversation.LastPayload;
        var carrier = conversation.LastCarrier;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{protocol.Name} {protocol.Recognise(payload, carrier)} {carrier.Transport} {carrier.ReceiverPort} {payload.Length} {Convert.ToHexString(payload[..Math.Min(payload.Length, ShownOctets)])}"));
    }

    private static void Print(string kind, long made, long named, string protocols) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kind} | {made:N0} | {named} | {named * 1e6 / made:F2} | {protocols} |"));

    private static long Option(string[] args, string name, long otherwise) =>
        Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
