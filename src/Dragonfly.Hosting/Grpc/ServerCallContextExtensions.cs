// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Dragonfly.Hosting.Grpc;

/// <summary>What a call on this server knows beyond the official API.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The HTTP request of a call, for connection details and for response headers that need not be sent at once.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext context) => context is KestrelCallContext call
        ? call.Http
        : throw new InvalidOperationException("The call did not come through this server.");

    /// <summary>Sends the response headers unless something was sent already; not while a message is being written.</summary>
    public static ValueTask EnsureResponseHeadersAsync(this ServerCallContext context) => context is KestrelCallContext call
        ? call.EnsureHeadersAsync()
        : new ValueTask(context.WriteResponseHeadersAsync([]));

    /// <summary>The first value of a request header, without making <see cref="ServerCallContext.RequestHeaders"/> for it.</summary>
    /// <param name="context">The call.</param>
    /// <param name="name">The header's name in lower case.</param>
    /// <returns>Null when there is none.</returns>
    public static string? GetRequestHeader(this ServerCallContext context, string name)
    {
        if (context is not KestrelCallContext call)
        {
            return context.RequestHeaders.GetValue(name);
        }

        return call.Http.Request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;
    }
}
