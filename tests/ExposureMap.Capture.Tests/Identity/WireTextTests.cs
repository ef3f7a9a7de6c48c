using System.Text;
using ExposureMap.Capture.Identity;
using Xunit;

namespace ExposureMap.Capture.Tests.Identity;

public sealed class WireTextTests
{
    [Theory]
    [InlineData("RTU-7", "RTU-7")]
    [InlineData("  Cisco IOS\r\n\tSoftware \0\0", "Cisco IOS Software")]
    [InlineData("Siemens  AG", "Siemens AG")]
    [InlineData(" S7-1500 ", "S7-1500")]
    [InlineData("user\u202Egnp.exe", "usergnp.exe")]
    [InlineData("ze\u200Bro\uFEFF\u2060", "zero")]
    [InlineData("\u001b[31mred", "[31mred")]
    [InlineData("a\u2028b", "a b")]
    [InlineData("<script>\"\\", "<script>\"\\")]
    [InlineData("Zähler-ß-電", "Zähler-ß-電")]
    [InlineData("\u3164\uFE0F\0", "")]
    public void Clean_Text_KeepsOnlyWhatCanBeSeen(string wire, string expected)
    {
        Assert.Equal(expected, WireText.Clean(wire));
        Assert.Equal(expected, WireText.Clean(Encoding.UTF8.GetBytes(wire)));
    }

    [Fact]
    public void Clean_NotUtf8_IsLatin1() => Assert.Equal("Zähler", WireText.Clean([0x5A, 0xE4, 0x68, 0x6C, 0x65, 0x72]));

    [Fact]
    public void Clean_Utf8CutInsideACharacter_DropsTheRest() => Assert.Equal("Zä", WireText.Clean([0x5A, 0xC3, 0xA4, 0xC3]));

    [Fact]
    public void Clean_LoneSurrogate_IsRemoved() => Assert.Equal("ab", WireText.Clean("a\ud800b"));

    [Fact]
    public void Clean_LongText_IsCutToTheLimitWithoutSplittingACharacter()
    {
        var text = WireText.Clean("x" + string.Concat(Enumerable.Repeat("😀", 200)));
        Assert.Equal(WireText.MaximumLength, text.Length);
        Assert.Equal(text, WireText.Clean(text));
        Assert.True(WireText.Clean(new string('y', 100_000)).Length == WireText.MaximumLength);
    }
}
