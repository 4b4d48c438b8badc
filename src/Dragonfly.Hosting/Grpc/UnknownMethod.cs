// SPDX-License-Identifier: Apache-2.0

using Grpc.Net.Common;
using Microsoft.AspNetCore.Http;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Answers calls of methods that nobody serves, for example those of the retired v1 services.</summary>
internal static class UnknownMethod
{
    public static Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = GrpcHeaders.ContentType;
        http.Response.Headers[GrpcHeaders.Status] = "12";
        http.Response.Headers[GrpcHeaders.Message] = PercentEncoding.Encode($"unknown method {http.Request.Path}");
        return Task.CompletedTask;
    }
}
