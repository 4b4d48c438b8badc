// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Grpc.Net.Common;
using Microsoft.AspNetCore.Http;

namespace Dragonfly.Hosting.Grpc;

/// <summary>One method of a mapped service: the way of a call from the request's headers to the trailers.</summary>
internal abstract class ServerMethod(IMethod method, GrpcRuntime runtime)
{
    private readonly CallLimiter? _limiter = runtime.LimiterOf(method.ServiceName);

    public IMethod Description { get; } = method;

    public GrpcRuntime Runtime { get; } = runtime;

    /// <summary>Whether <c>grpc-timeout</c> counts for this method (PROTOCOL §3.3).</summary>
    public bool HonoursDeadline { get; } = !runtime.Options.IgnoreDeadlineOf.Contains(method.FullName);

    /// <summary>Whether the request arrives over time, so that a deadline must interrupt reads and writes.</summary>
    public bool IsStreaming => Description.Type != MethodType.Unary;

    public Task HandleAsync(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return Task.CompletedTask;
        }

        if (!IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }

        return RunAsync(new KestrelCallContext(http, this));
    }

    /// <summary>Whether a content type is gRPC with protobuf messages.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == GrpcHeaders.ContentType.Length
            || contentType[GrpcHeaders.ContentType.Length] is '+' or ';')
        && !contentType.StartsWith("application/grpc-web", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads, calls the service and writes.</summary>
    protected abstract Task InvokeAsync(KestrelCallContext call);

    private async Task RunAsync(KestrelCallContext call)
    {
        try
        {
            if (_limiter?.TryEnter() == false)
            {
                await _limiter.EnterAsync(call.Aborted);
            }

            call.Begin();
            await InvokeAsync(call);
        }
        catch (Exception e)
        {
            call.Fail(e);
        }

        call.End();
    }
}
