// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Hosting.Http;

/// <summary>
/// The health port. <c>GET /healthy</c> is 200 with an empty body and anything else 404, as the original (client.md §2). Ours besides:
/// <c>/healthy?detail</c> and <c>/readyz</c> list what the role waits for; the latter is 503 while there is something.
/// </summary>
internal static class HealthEndpoint
{
    /// <summary>Makes the pipeline of the health listener.</summary>
    /// <param name="pipeline">The pipeline.</param>
    public static void Use(IApplicationBuilder pipeline)
    {
        var readiness = pipeline.ApplicationServices.GetRequiredService<RoleReadiness>();
        var addresses = pipeline.ApplicationServices.GetRequiredService<BoundAddresses>();
        pipeline.Run(context => AnswerAsync(context, readiness, addresses));
    }

    private static Task AnswerAsync(HttpContext context, RoleReadiness readiness, BoundAddresses addresses)
    {
        var path = context.Request.Path.Value;
        if (!HttpMethods.IsGet(context.Request.Method) || path is not ("/healthy" or "/readyz"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (path == "/healthy" && !context.Request.Query.ContainsKey("detail"))
        {
            return Task.CompletedTask;
        }

        var waiting = readiness.WaitingFor;
        context.Response.StatusCode = path == "/readyz" && waiting.Count > 0
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Render(readiness.Role, waiting, addresses), context.RequestAborted).AsTask();
    }

    private static ReadOnlyMemory<byte> Render(string role, IReadOnlyList<string> waiting, BoundAddresses addresses)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("role", role);
            json.WriteBoolean("ready", waiting.Count == 0);
            json.WriteStartArray("waitingFor");
            foreach (var line in waiting)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteStartObject("addresses");
            foreach (var (name, address) in addresses.All)
            {
                json.WriteString(name, address);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
