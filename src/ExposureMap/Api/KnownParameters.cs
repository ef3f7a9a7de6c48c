using System.Reflection;
using ExposureMap.Configuration;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace ExposureMap.Api;

/// <summary>
/// Refuses a question with a parameter that its address does not know: left out silently, a mistyped bound would give an answer to something else.
/// </summary>
internal static class KnownParameters
{
    public static async ValueTask<object?> Check(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var asked = context.HttpContext.Request.Query.Keys;
        if (asked.Count == 0) return await next(context);
        var known = context.HttpContext.GetEndpoint()!.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().Select(NameOf).ToList();
        var unknown = asked.FirstOrDefault(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase));
        return unknown is null
            ? await next(context)
            : Problems.BadRequest($"unknown parameter {Quoted.Text(unknown)}; {Nearest.Hint(unknown, known)}".TrimEnd(' ', ';'));
    }

    private static string NameOf(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name.ToLowerInvariant();
}
