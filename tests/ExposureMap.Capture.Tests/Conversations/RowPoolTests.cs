using ExposureMap.Capture.Conversations;
using Xunit;

namespace ExposureMap.Capture.Tests.Conversations;

/// <summary>Rows that conversations live in: nothing of one that is over is seen by the next.</summary>
public sealed class RowPoolTests
{
    private const int Many = 600_000;                             // many chunks

    private readonly RowPool<long> _rows = new();

    [Fact]
    public void Take_AfterGiveBack_GivesThatRowEmpty()
    {
        var first = _rows.Take();
        _rows[first] = 7;
        _rows.GiveBack(first);

        Assert.Equal(first, _rows.Take());
        Assert.Equal(0, _rows[first]);
    }

    [Fact]
    public void Take_MoreThanAChunk_AllRowsKeepTheirPlaceAndContent()
    {
        var numbers = Enumerable.Range(0, Many).Select(_ => _rows.Take()).ToArray();
        ref var early = ref _rows[numbers[0]];
        foreach (var number in numbers) _rows[number] = number;

        Assert.Equal(numbers[0], early);
        Assert.All(numbers, number => Assert.Equal(number, _rows[number]));
        Assert.Equal(Many, numbers.Distinct().Count());
    }

    [Fact]
    public void Clear_ThenTake_NothingOfBeforeIsLeft()
    {
        for (var row = 0; row < Many; row++) _rows[_rows.Take()] = 7;
        _rows.GiveBack(2);
        _rows.Clear();

        Assert.False(_rows.Has(Many));
        Assert.Equal([1, 2, 3], [_rows.Take(), _rows.Take(), _rows.Take()]);
        Assert.All([0, 1, 2, 3], row => Assert.Equal(0, _rows[row]));
    }

    /// <summary>Whatever was given back before, a chunk goes with the last of its rows and not earlier.</summary>
    [Fact]
    public void Drop_AllRowsOfAChunk_GivesItsMemoryBackAndKeepsTheOthers()
    {
        var numbers = Enumerable.Range(0, Many).Select(_ => _rows.Take()).ToArray();
        foreach (var number in numbers) _rows[number] = number;
        _rows.GiveBack(Many / 2);
        foreach (var number in numbers.Where(number => number < Many / 2)) _rows.Drop(number);

        Assert.True(_rows.Has(1));                                // beside the empty row, which stays
        Assert.False(_rows.Has(Many / 4));
        Assert.All(numbers.Where(number => number > Many / 2), number => Assert.Equal(number, _rows[number]));
        _rows.Clear();
        Assert.Equal(1, _rows.Take());
    }

    [Fact]
    public void GiveBack_None_LeavesTheEmptyRow()
    {
        _rows.GiveBack(0);

        Assert.NotEqual(0, _rows.Take());
        Assert.Equal(0, _rows[0]);
    }
}
