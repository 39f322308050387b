/** Keys of an instance's config that begin so belong to whoever made it. */
export const userNamespacePrefix = "user.";

/** Config key of the user data for cloud-init. */
export const userDataKey = "user.user-data";

/** Config key of the network configuration for cloud-init. */
export const networkConfigKey = "user.network-config";

/** Config key that names the Juju model to which a container belongs. */
export const modelKey = "user.juju-model";

/** Config key that makes an instance start when its server does. */
export const autoStartKey = "boot.autostart";
