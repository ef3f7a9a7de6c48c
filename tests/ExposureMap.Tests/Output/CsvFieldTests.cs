using ExposureMap.Output;
using Xunit;

namespace ExposureMap.Tests.Output;

public sealed class CsvFieldTests
{
    [Theory]
    [InlineData("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    [InlineData("  @SUM(1)", "'  @SUM(1)")]
    [InlineData("\"=1+1", "\"'\"\"=1+1\"")]
    [InlineData("-1+cmd", "'-1+cmd")]
    public void Escape_Formula_IsText(string text, string expected) => Assert.Equal(expected, CsvField.Escape(text));

    [Theory]
    [InlineData("-1.5")]
    [InlineData("10.10.4.17")]
    [InlineData("")]
    public void Escape_PlainValue_StaysAsItIs(string text) => Assert.Equal(text, CsvField.Escape(text));

    [Fact]
    public void Escape_SeparatorsAndQuotes_AreQuoted() => Assert.Equal("\"a,\"\"b\"\"\nc\"", CsvField.Escape("a,\"b\"\nc"));
}
