using ExposureMap.Graph.Export;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Graph.Tests.Export;

public sealed class MermaidWriterTests
{
    [Fact]
    public void Write_HostileName_IsEntityCodes()
    {
        var text = Written(new Site().Watch().Named("10.10.0.5", "<script>\"];x`#&|\\\nend").Talk("10.10.0.5", "10.20.0.1", "tcp/22 ssh"));

        Assert.Contains("[\"#60;script#62;#34;#93;#59;x#96;#35;#38;#124;#92;\uFFFDend<br>10.10.0.5\"]", text);
    }

    [Fact]
    public void Write_Refusal_IsDottedWithACross() =>
        Assert.Contains(" -.-x|\"✕ 1 rejected<br>modbus\"| ",
            Written(new Site().Watch().Talk("10.10.0.5", "10.70.0.1", "tcp/502 modbus", outcome: Outcome.Rejected)));

    private static string Written(Site site)
    {
        var output = new StringWriter();
        MermaidWriter.Write(output, site.Map, DiagramOptions.Default);
        return output.ToString();
    }
}
