using System.Diagnostics;
using System.Text;
using CsCheck;
using ExposureMap.Configuration;
using Xunit;

namespace ExposureMap.Tests.Configuration;

public class HostileYamlTests
{
    // half a second alone; a machine under load needs its time, a quadratic reader needs minutes
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("", "1:1: nothing is declared")]
    [InlineData("# only\n# comments\n", "1:1: nothing is declared")]
    [InlineData("a: &x [1]\nb: *x", "1:4: anchors are refused")]
    [InlineData("a: 1\nb: *x", "2:4: aliases are refused")]
    [InlineData("store: !!str a", "1:8: tag 'tag:yaml.org,2002:str' is refused")]
    [InlineData("store: !!python/object/apply:os.system [id]", "1:8: tag ")]
    [InlineData("<<: {store: a}", "1:1: key '<<' is not known")]
    [InlineData("store: \"a\0b\"", "1:10: not UTF-8 text")]
    [InlineData("\t: a", "not YAML from here on")]
    [InlineData(": {costs\n*a", "not YAML from here on")]
    [InlineData("store: [a", ": not YAML: ")]
    [InlineData("store:\ta\n\tspan: 1d", ": not YAML: ")]
    [InlineData("\"a\\u001b[2J\": 1", "1:1: key 'a?[2J' is not known")]
    public void Read_Refused_SaysWhere(string yaml, string expected) =>
        Assert.Contains(Errors(Encoding.UTF8.GetBytes(yaml)), error => error.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Read_AliasBomb_IsRefusedWithoutUnfolding()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 30; level++)
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");

        Assert.Contains(": aliases are refused", string.Join('\n', Errors(bomb.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotUtf8_NamesLineAndColumn() =>
        Assert.Equal(["f:2:8: not UTF-8 text"], Errors([.. "store: a\nspan: 3"u8, 0xE9, .. "d"u8]));

    [Fact]
    public void Read_Utf16_IsRefused() => Assert.Equal(["f:1:1: not UTF-8 text"], Errors(Encoding.Unicode.GetPreamble()));

    [Fact]
    public void Load_TwoMebioctets_IsRefusedUnread()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "store: a\n" + new string('#', 2 << 20));
            Assert.Equal([$"{path}: larger than 1 MiB"], ConfigurationFile.Load(path).Errors.Select(error => error.ToString()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_DeepNesting_StopsAtTheCap()
    {
        Assert.Equal(["f:1:35: nested deeper than 32 levels"], Errors("a: " + new string('[', 500_000)));
        Assert.Equal(["f:1:125: nested deeper than 32 levels"], Errors(string.Concat(Enumerable.Repeat("a: {", 100_000)))[..1]);
        Assert.Equal(["f:32:63: nested deeper than 32 levels"],
            Errors(string.Concat(Enumerable.Range(0, 1_000).Select(depth => new string(' ', 2 * depth) + "a:\n"))));
    }

    /// <summary>Within the size cap, but made to be slow or to fill the screen.</summary>
    [Theory]
    [InlineData("a{0}: b\n", 80_000, "")]
    [InlineData("{0}: b, ", 80_000, "{", "}")]
    [InlineData("modbs{0}, ", 70_000, "policy: [{from: internet, to: unknown, services: [", "]}]")]
    [InlineData("s{0}, ", 100_000, "policy: [{from: internet, to: unknown, services: [", "]}]")]
    [InlineData("{{vlans: [{0}]}}, ", 40_000, "segments: [", "]")]
    [InlineData("tcp/1 modbus{0}, ", 40_000, "segments: [{name: a, kind: it, prefixes: [", "]}]")]
    [InlineData("{{name: a, kind: it, vlans: [1]}}, ", 30_000, "segments: [", "]")]
    [InlineData("{{name: a-segment-name-of-36-letters{0:D6}, kind: it, vlans: [1]}}, ", 15_000, "policy: [{from: a-segment-name-of-36-letters999, to: b}]\nsegments: [", "]")]
    [InlineData("{{port: tcp/1, name: a}}, ", 30_000, "catalogue: [", "]")]
    [InlineData("- ", 500_000, "")]
    [InlineData("? ", 500_000, "")]
    [InlineData("\"", 1, "")]
    [InlineData("'{0}", 100_000, "a: ")]
    [InlineData("!{0} ", 100_000, "a: ")]
    [InlineData("&{0} ", 100_000, "a: ")]
    [InlineData("*{0} : ", 90_000, "")]
    [InlineData("#\n", 500_000, "")]
    [InlineData("\n", 1_000_000, "a: |")]
    [InlineData("---\n", 200_000, "")]
    [InlineData("%TAG !{0}! tag:x\n", 40_000, "")]
    public void Read_MadeToBeSlow_IsRefusedFast(string piece, int times, string before, string after = "")
    {
        var yaml = new StringBuilder(before);
        for (var number = 0; number < times && yaml.Length < 1_000_000; number++) yaml.AppendFormat(null, piece, number);
        yaml.Append(after);
        var watch = Stopwatch.StartNew();

        var errors = Errors(yaml.ToString());

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Fast);
        Assert.InRange(errors.Length, 1, ConfigurationErrors.Most + 1);
        Assert.All(errors, error => Assert.InRange(error.Length, 1, 400));
    }

    [Fact]
    public void Read_AnyOctets_AnswersWithConfigurationOrErrors()
    {
        var words = new[] { "segments", "policy", ": ", "\n", "  ", "- ", "[", "]", "{", "}", "name", "kind", "it", "10.0.0.0/8", "\"", "'", "|",
            "&a", "*a", "!t", "?", "\t", "costs", "any", "\u00e9" };
        var anyText = Gen.Int[0, words.Length - 1].Array[0, 40]
            .Select(picks => Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => words[pick]))));

        var good = Encoding.UTF8.GetBytes(ConfigurationFileTests.EveryKey);
        var anyEdit = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 12], anyText).Array[1, 4];
        var anyDamage = anyEdit.Select(edits => edits.Aggregate(good, (text, edit) =>
        {
            var at = Math.Min(edit.Item1, text.Length);
            return [.. text.AsSpan(0, at), .. edit.Item3.AsSpan(0, Math.Min(edit.Item3.Length, 8)),
                .. text.AsSpan(Math.Min(at + edit.Item2, text.Length))];
        }));

        Gen.OneOf(anyText, Gen.Byte.Array[0, 60], anyDamage).Sample(octets =>
        {
            var result = ConfigurationFile.Read("f", octets);
            Assert.Equal(result.Configuration is null, !result.Errors.IsEmpty);
        }, iter: 5_000);
    }

    private static string[] Errors(string yaml) => Errors(Encoding.UTF8.GetBytes(yaml));

    private static string[] Errors(byte[] octets)
    {
        var result = ConfigurationFile.Read("f", octets);
        Assert.Null(result.Configuration);
        return [.. result.Errors.Select(error => error.ToString())];
    }
}
