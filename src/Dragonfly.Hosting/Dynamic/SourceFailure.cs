// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Why a source did not answer, in words for a log line and for health.</summary>
internal static class SourceFailure
{
    internal static string Describe(Exception exception) => exception switch
    {
        RpcException { Status.Detail: { Length: > 0 } detail } => detail.TrimEnd('.'),
        RpcException rpc => rpc.StatusCode.ToString(),
        _ => exception.Message.TrimEnd('.'),
    };
}
