// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Server side of a server-streaming method.</summary>
public delegate Task ServerStreamingServerMethod<TRequest, TResponse>(
    TRequest request,
    IServerStreamWriter<TResponse> responseStream,
    ServerCallContext context)
    where TRequest : class
    where TResponse : class;
