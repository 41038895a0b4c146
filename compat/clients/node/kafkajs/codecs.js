// KafkaJS brings gzip alone and takes the other codecs from the application.
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'

import kafkajs from 'kafkajs'
import snappyCodec from 'kafkajs-snappy'
import { compressFrame, decompressFrame } from 'lz4-napi'

const { CompressionCodecs, CompressionTypes } = kafkajs
const compressZstd = promisify(zstdCompress)
const decompressZstd = promisify(zstdDecompress)

CompressionCodecs[CompressionTypes.Snappy] = snappyCodec
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: encoder => compressFrame(encoder.buffer),
  decompress: buffer => decompressFrame(buffer),
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: encoder => compressZstd(encoder.buffer),
  decompress: buffer => decompressZstd(buffer),
})
