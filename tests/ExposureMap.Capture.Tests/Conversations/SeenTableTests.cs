using ExposureMap.Capture.Conversations;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>What was seen is known again, however many there are; a full table begins anew and never fills up.</summary>
public sealed class SeenTableTests
{
    private const int Maximum = 1000;

    private readonly SeenTable<int> _seen = new(Maximum);

    [Fact]
    public void Of_AsManyAsFit_EachIsKnownAgainWithWhatWasSeenOfIt()
    {
        for (var number = 1; number <= Maximum; number++)
        {
            _seen.Of(SecretHash.Of(0, 0, (ulong)number), out var isKnown) = number;
            Assert.False(isKnown);
        }

        for (var number = 1; number <= Maximum; number++)
        {
            Assert.Equal(number, _seen.Known(SecretHash.Of(0, 0, (ulong)number)));
            Assert.Equal(number, _seen.Of(SecretHash.Of(0, 0, (ulong)number), out var isKnown));
            Assert.True(isKnown);
        }
    }

    /// <summary>Hashes that all belong into one slot stand side by side, over the end of the table too.</summary>
    [Fact]
    public void Of_AllInOnePlace_AreToldApart()
    {
        for (var number = 1ul; number <= 100; number++) _seen.Of(number << 32 | 0xFFFF, out _) = (int)number;

        Assert.All(Enumerable.Range(1, 100), number => Assert.Equal(number, _seen.Known((ulong)number << 32 | 0xFFFF)));
    }

    [Fact]
    public void Of_OneMoreThanFits_BeginsAnew()
    {
        for (var number = 1ul; number <= Maximum + 1; number++) _seen.Of(number, out _) = 7;

        Assert.Equal((0, 7), (_seen.Known(1), _seen.Known(Maximum + 1)));
    }

    [Fact]
    public void Known_NeverSeen_IsEmptyAndStaysUnseen()
    {
        Assert.Equal(0, _seen.Known(5));

        _seen.Of(5, out var isKnown);
        Assert.False(isKnown);
    }
}
