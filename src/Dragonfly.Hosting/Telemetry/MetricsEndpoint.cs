// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>The metrics port: <c>GET /metrics</c> answers Prometheus text, <c>DELETE /metrics</c> resets, as the original (client.md §2).</summary>
internal static class MetricsEndpoint
{
    /// <summary>Makes the pipeline of the metrics listener.</summary>
    /// <param name="pipeline">The pipeline.</param>
    public static void Use(IApplicationBuilder pipeline)
    {
        var registry = pipeline.ApplicationServices.GetRequiredService<MetricRegistry>();
        pipeline.Run(context => AnswerAsync(context, registry));
    }

    private static async Task AnswerAsync(HttpContext context, MetricRegistry registry)
    {
        if (context.Request.Path != "/metrics")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            registry.WriteTo(context.Response.BodyWriter);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        else if (HttpMethods.IsDelete(context.Request.Method))
        {
            registry.Reset();
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        }
    }
}
