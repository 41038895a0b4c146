// The scenario in @platformatic/kafka: every capability and what does it.
import { clientSoftwareVersion } from '@platformatic/kafka'

import * as admin from './admin.js'
import * as consume from './consume.js'
import * as errors from './errors.js'
import * as groups from './groups.js'
import * as produce from './produce.js'
import { Session } from './session.js'
import * as transactions from './transactions.js'
import { lacks, runProgram } from '../scenario/program.js'

const otherAssignors = lacks('its assignors are round robin and cooperative sticky')

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
  assign: consume.assign,
  seek: consume.seek,
  'commit-resume': consume.commitResume,
  'long-poll': consume.longPoll,
  'group-range': otherAssignors,
  'group-roundrobin': groups.roundRobin,
  'group-sticky': otherAssignors,
  'group-cooperative': groups.cooperative,
  'static-membership': groups.staticMembership,
  'kip-848': groups.consumerProtocol,
  'txn-commit': transactions.commit,
  'txn-abort': transactions.abort,
  'txn-consume-transform-produce': transactions.consumeTransformProduce,
  'error-topic-exists': errors.topicExists,
  'error-unknown-topic': errors.unknownTopic,
  'error-invalid-topic': errors.invalidTopic,
  'error-invalid-config': errors.invalidConfig,
  'error-too-large': errors.tooLarge,
  'error-out-of-range': errors.outOfRange,
  'error-fenced-instance': lacks('a fenced member joins again by itself; the error does not reach the application'),
  'error-fenced-producer': errors.fencedProducer,
}

await runProgram({
  client: 'platformatic',
  version: clientSoftwareVersion,
  capabilities,
  openSession: options => new Session(options),
})
