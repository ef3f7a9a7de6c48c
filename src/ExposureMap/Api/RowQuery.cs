using Microsoft.AspNetCore.Mvc;

namespace ExposureMap.Api;

/// <summary>What every table may be asked: how many rows, and in which format.</summary>
internal readonly record struct RowQuery([FromQuery(Name = "limit")] int? Limit, [FromQuery(Name = "format")] string? Format)
{
    private const int DefaultLimit = 1000;

    /// <summary>Rows that are wanted at most.</summary>
    public int Most => Limit ?? DefaultLimit;
}
