// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Makes marshallers; generated code calls it.</summary>
public static class Marshallers
{
    /// <summary>Passes strings as UTF-8.</summary>
    public static Marshaller<string> StringMarshaller { get; } =
        new(System.Text.Encoding.UTF8.GetBytes, System.Text.Encoding.UTF8.GetString);

    /// <summary>Makes a marshaller over arrays.</summary>
    public static Marshaller<T> Create<T>(Func<T, byte[]> serializer, Func<byte[], T> deserializer) =>
        new(serializer, deserializer);

    /// <summary>Makes a marshaller over the transport's buffers.</summary>
    public static Marshaller<T> Create<T>(
        Action<T, SerializationContext> serializer,
        Func<DeserializationContext, T> deserializer) =>
        new(serializer, deserializer);
}
