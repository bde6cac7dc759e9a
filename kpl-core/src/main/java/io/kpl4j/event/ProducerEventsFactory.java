// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.event;

import io.kpl4j.KinesisProducerConfig;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Makes a {@link ProducerEvents} for a new producer. Implementations are found with {@link
 * java.util.ServiceLoader}, so that a module on the class path can publish metrics as the
 * configuration says, without code. Must be thread-safe.
 */
public interface ProducerEventsFactory {

  /**
   * Called once for each producer that is built.
   *
   * @param config the producer's configuration
   * @param credentials those for metrics, by default the ones that the producer itself uses; not to
   *     be closed
   * @return the receiver, or empty if the configuration asks for none
   * @throws RuntimeException if the configuration cannot be met; building the producer then fails
   */
  Optional<ProducerEvents> create(KinesisProducerConfig config, AwsCredentialsProvider credentials);
}
