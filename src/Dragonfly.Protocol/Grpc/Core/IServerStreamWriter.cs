// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Response stream of a server method.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
