// The scenario in KafkaJS: every capability and what does it.
import { createRequire } from 'node:module'

import * as admin from './admin.js'
import './codecs.js'
import * as consume from './consume.js'
import * as errors from './errors.js'
import * as groups from './groups.js'
import * as produce from './produce.js'
import { Session } from './session.js'
import * as transactions from './transactions.js'
import { lacks, runProgram } from '../scenario/program.js'

const { version } = createRequire(import.meta.url)('kafkajs/package.json')

const oneAssigner = lacks('its one assignor is round robin')
const noInstances = lacks('no static membership: it has no group instance id')

const capabilities = {
  'create-topic': admin.createTopic,
  'describe-topic': admin.describeTopic,
  'describe-configs': admin.describeConfigs,
  'alter-configs': admin.alterConfigs,
  'add-partitions': admin.addPartitions,
  'delete-topic': admin.deleteTopic,
  'delete-records': admin.deleteRecords,
  'list-offsets': admin.listOffsets,
  'offsets-for-times': admin.offsetsForTimes,
  'list-groups': admin.listGroups,
  'describe-group': admin.describeGroup,
  'group-offsets': admin.groupOffsets,
  'delete-group': admin.deleteGroup,
  'produce-none': produce.produceNone,
  'produce-gzip': produce.produceGzip,
  'produce-snappy': produce.produceSnappy,
  'produce-lz4': produce.produceLz4,
  'produce-zstd': produce.produceZstd,
  'acks-0-and-1': produce.acksZeroAndOne,
  partitioner: produce.partitioner,
  idempotence: produce.idempotence,
  assign: lacks('it consumes by group alone'),
  seek: consume.seek,
  'commit-resume': consume.commitResume,
  'long-poll': consume.longPoll,
  'group-range': oneAssigner,
  'group-roundrobin': groups.groupRoundRobin,
  'group-sticky': oneAssigner,
  'group-cooperative': oneAssigner,
  'static-membership': noInstances,
  'kip-848': lacks('it has the classic group protocol alone'),
  'txn-commit': transactions.commit,
  'txn-abort': transactions.abort,
  'txn-consume-transform-produce': transactions.consumeTransformProduce,
  'error-topic-exists': errors.topicExists,
  'error-unknown-topic': errors.unknownTopic,
  'error-invalid-topic': errors.invalidTopic,
  'error-invalid-config': errors.invalidConfig,
  'error-too-large': errors.tooLarge,
  'error-out-of-range': lacks('it always resets the offset itself, to the beginning or the end'),
  'error-fenced-instance': noInstances,
  'error-fenced-producer': errors.fencedProducer,
}

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
await runProgram({ client: 'kafkajs', version, capabilities, openSession: options => new Session(options) })
