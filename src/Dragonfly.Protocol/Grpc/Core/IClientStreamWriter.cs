// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Request stream of a client call.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Ends the request stream (half-close); responses may still come.</summary>
    Task CompleteAsync();
}
