// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragonfly.Manager.Rest;

/// <summary>The manager's HTTP routes. Each states in <see cref="Unauthenticated"/> that it needs nobody's name, or it needs one: a test walks the
/// router and fails for a route that is in neither list.</summary>
internal static class ManagerRoutes
{
    /// <summary>Routes that answer without credentials.</summary>
    internal static IReadOnlySet<string> Unauthenticated { get; } = new HashSet<string>(StringComparer.Ordinal) { "GET /healthy" };

    internal static void MapManagerRest(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/healthy", (RequestDelegate)HealthyAsync);

    /// <summary>The original's answer, a JSON string.</summary>
    private static Task HealthyAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync("\"OK\"", context.RequestAborted);
    }
}
