// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dragonfly.Scheduler.Rpc;

/// <summary>Preheat asked over gRPC is not there yet: callers are told so in words, not with an empty status.</summary>
internal sealed partial class SchedulerService
{
    /// <inheritdoc/>
    public override Task<Empty> PreheatImage(PreheatImageRequest request, ServerCallContext context) => throw NotServed(nameof(PreheatImage));

    /// <inheritdoc/>
    public override Task<StatImageResponse> StatImage(StatImageRequest request, ServerCallContext context) => throw NotServed(nameof(StatImage));

    /// <inheritdoc/>
    public override Task<Empty> PreheatFile(PreheatFileRequest request, ServerCallContext context) => throw NotServed(nameof(PreheatFile));

    /// <inheritdoc/>
    public override Task<StatFileResponse> StatFile(StatFileRequest request, ServerCallContext context) => throw NotServed(nameof(StatFile));

    private static RpcException NotServed(string method) => Error(StatusCode.Unimplemented, $"this scheduler does not serve {method}");
}
